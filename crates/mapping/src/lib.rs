//! Account to user: the mapping document, compiled once, and the kernel that runs it on bytes. Pure.

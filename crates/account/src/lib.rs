//! The Gigya account as it is read: its members, passwords, identities. Pure.

mod password;

pub use password::Password;

//! The components that speak to the outside: stores as folders, a site that plays a part, and the local site.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod evaluate;
mod flow;
mod folders;
mod local;
mod lookups;
mod part;
mod readers;
mod real;
#[cfg(feature = "stores")]
mod stores;
mod writers;

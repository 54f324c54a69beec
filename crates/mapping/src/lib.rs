//! Account to user: the mapping document, compiled once, and the kernel that runs it on bytes. Pure.
//!
//! A [`Mapping`] is compiled from a document ([`document`]); a [`Kernel`] runs it. The kernel walks over the bytes of an
//! account once (crate `scan`), notes where the values are that the mapping wants, counts the members that reach nowhere,
//! and then evaluates the rules: what passes through is copied once, into the user.

mod dates;
pub mod document;
mod emails;
mod evaluate;
mod fit;
mod json;
mod kernel;
mod levels;
mod losses;
pub mod mapped;
pub mod password;
mod plan;
pub mod rule;
mod trace;
mod values;

pub use document::{DEFAULT, DocumentError, SCHEMA};
pub use json::{from_json, to_json};
pub use kernel::{Kernel, Tally};
pub use mapped::{Identity, Mapped, PasswordOutcome};
pub use plan::Mapping;
pub use rule::Identifier;
pub use trace::{Link, Trace};

//! The Auth0 user as it is imported: schema rules, limits, password hashes. Pure.
//!
//! * [`User`] is one user between mapping and part; its texts are borrowed from the record where that is possible.
//! * [`rules`] are the limits that Auth0 sets, one function each.
//! * [`password`] holds the two kinds of password hash that Auth0 imports and verifies them.

mod columns;
mod from_value;
pub mod password;
pub mod rules;
mod text;
mod user;

pub use from_value::Source;
pub use text::{Text, write_json_string};
pub use user::{Metadata, User};

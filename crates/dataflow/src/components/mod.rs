//! The components, one a file.

pub mod field;
pub mod record;

use crate::registry::Registry;

/// All components of this crate.
#[must_use]
pub fn all() -> Registry {
    record::register(field::register(Registry::new()))
}

//! The components, one a file.

pub mod field;

use crate::registry::Registry;

/// All components of this crate.
#[must_use]
pub fn all() -> Registry {
    field::register(Registry::new())
}

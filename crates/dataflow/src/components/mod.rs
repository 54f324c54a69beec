//! The components, one a file.

pub mod field;
pub mod file;
pub mod lookup;

use crate::registry::Registry;

/// All components of this crate.
#[must_use]
pub fn all() -> Registry {
    lookup::register(file::register(field::register(Registry::new())))
}

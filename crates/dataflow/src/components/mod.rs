//! The components, one a file.

pub mod field;
pub mod file;
pub mod lookup;
pub mod record;

use crate::registry::Registry;

/// All components of this crate.
#[must_use]
pub fn all() -> Registry {
    let registry = field::register(Registry::new());
    let registry = file::register(registry);
    let registry = lookup::register(registry);
    record::register(registry)
}

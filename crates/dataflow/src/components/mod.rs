//! The components, one a file.

pub mod field;
pub mod file;
mod gigya;
pub mod lookup;
pub mod record;
pub(crate) mod store;

use crate::registry::Registry;

/// All components of this crate.
#[must_use]
pub fn all() -> Registry {
    let registry = field::register(Registry::new());
    let registry = file::register(registry);
    let registry = gigya::register(registry);
    let registry = lookup::register(registry);
    let registry = record::register(registry);
    store::register(registry)
}

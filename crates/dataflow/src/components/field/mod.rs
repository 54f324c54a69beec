//! `field.*`: components that change the members of a record.

mod rename;

pub use rename::Rename;

use crate::registry::Registry;

/// Adds the components of this family.
pub(super) fn register(registry: Registry) -> Registry {
    registry.with::<Rename>()
}

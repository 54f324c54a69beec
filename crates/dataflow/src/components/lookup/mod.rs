//! `datasource.lookup.*`: components that add to records what is known elsewhere.

mod gender;

pub use gender::Gender;

use crate::registry::Registry;

/// Adds the components of this family.
pub(super) fn register(registry: Registry) -> Registry {
    registry.with::<Gender>()
}

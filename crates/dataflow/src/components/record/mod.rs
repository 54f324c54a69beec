//! `record.*`: components that change a record as a whole.

mod evaluate;
mod pool;

pub use evaluate::Evaluate;

use crate::registry::Registry;

/// Adds the components of this family.
pub(super) fn register(registry: Registry) -> Registry {
    registry.with::<Evaluate>()
}

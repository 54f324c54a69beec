//! `field.*`: components that change the members of a record.

mod add;
mod array_extract;
mod array_join;
mod copy;
mod date_format;
mod evaluate;
mod flatten;
mod moved;
mod pairs;
mod remove;
mod rename;
mod replace;
mod select;

pub use add::Add;
pub use array_extract::ArrayExtract;
pub use array_join::ArrayJoin;
pub use copy::Copy;
pub use date_format::DateFormat;
pub use evaluate::Evaluate;
pub use flatten::Flatten;
pub(crate) use flatten::leaves;
pub use moved::Move;
pub use remove::Remove;
pub use rename::Rename;
pub use replace::Replace;
pub use select::Select;

use crate::registry::Registry;

/// Adds the components of this family.
pub(super) fn register(registry: Registry) -> Registry {
    registry
        .with::<Add>()
        .with::<ArrayExtract>()
        .with::<ArrayJoin>()
        .with::<Copy>()
        .with::<DateFormat>()
        .with::<Evaluate>()
        .with::<Flatten>()
        .with::<Move>()
        .with::<Remove>()
        .with::<Rename>()
        .with::<Replace>()
        .with::<Select>()
}

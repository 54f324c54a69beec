//! Settle: from what the tenant says to the outcome of each user.

mod compare;
mod part;
mod read_back;
mod refusals;

pub use compare::{compare, differences};
pub use part::{Keys, PartFile, PartFileError, SentUser};
pub use read_back::read_back;
pub use refusals::refusals;

use crate::step::Found;

/// What one look at the tenant has found for a user, by its index in the part.
pub type FoundUser = (u32, Found);

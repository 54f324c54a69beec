//! Pieces that several pages are made of.

mod form;
mod pager;
mod progress;

pub(crate) use form::{action, csrf};
pub(crate) use pager::{Pager, pager};
pub(crate) use progress::{spoken, standing};

//! Pieces that several pages are made of.

mod bars;
mod download;
mod form;
mod pager;
mod plural;
mod progress;
mod prose;
mod slots;
mod trying;

pub(crate) use bars::{Bar, bars};
pub(crate) use download::download;
pub(crate) use form::{action, csrf, sentence};
pub(crate) use pager::{Asked, Pager, pager};
pub(crate) use plural::{number_of, things};
pub(crate) use progress::{meter, spoken, standing};
pub(crate) use prose::prose;
pub(crate) use slots::slots;
pub(crate) use trying::{Answer, is_begun, see_other, trying};

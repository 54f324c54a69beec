//! Accounts that look like a real site's: deterministic by seed, awkward cases included.
//!
//! A [`Sample`] is a plan; each of its records is a pure function of seed and position. [`write()`] puts it into a
//! file, [`Sample::logins`] gives the passwords that must work afterwards, [`Sample::expectations`] what a migration
//! of it must report.

mod account;
mod broken;
mod case;
mod dates;
mod deck;
mod expectation;
mod hash;
mod person;
mod random;
mod sample;
mod text;
mod words;
mod write;

pub use case::{Case, EACH};
pub use expectation::{Expectation, Expectations, Lane};
pub use hash::HashKind;
pub use sample::{Format, Login, Options, Sample, Summary, write};

//! The run: prepare and import, one file per stage; ledger and report.
//!
//! A run is a folder ([`run::RunFolder`]). *Prepare* ([`prepare`]) fills it: read, map, screen, pack. *Import* sends
//! its parts to a tenant and settles the outcome of each user. [`report::Report`] is what both have counted.

pub mod codes;
pub mod duplicates;
pub mod export;
pub mod flow;
pub mod import;
pub mod lazy;
pub mod ledger;
mod linking;
pub mod mend;
pub mod pack;
pub mod passwordless;
pub mod prepare;
pub mod profile;
pub mod prove;
pub mod read;
pub mod report;
pub mod retry;
pub mod run;
pub mod screen;
pub mod settle;
pub mod step;
pub mod trace;
pub mod users_export;

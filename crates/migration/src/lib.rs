//! The run: prepare and import, one file per stage; ledger and report.
//!
//! A run is a folder ([`run::RunFolder`]). *Prepare* ([`prepare`]) fills it: read, map, screen, pack. *Import* sends
//! its parts to a tenant and settles the outcome of each user. [`report::Report`] is what both have counted.

pub mod import;
pub mod ledger;
pub mod read;
pub mod report;
pub mod run;
pub mod settle;
pub mod step;

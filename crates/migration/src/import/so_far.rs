//! What an import has done that may not have come to its end: a fold over the ledger, whoever works on the run.

use super::Tally;
use super::jobs::jobs;
use super::tally::Counting;
use crate::ledger::{Ledger, LedgerError};
use crate::report::{Cause, Job};
use crate::run::{Manifest, RunFolder};
use crate::step::Facts;

/// What is in the ledger of a run whose import has begun.
#[derive(Debug, Clone, PartialEq)]
pub struct SoFar {
    /// Users by outcome; those without one are `open`.
    pub tally: Tally,
    /// Why users failed, most frequent first.
    pub causes: Vec<Cause>,
    /// Every job, in the order in which they were sent.
    pub jobs: Vec<Job>,
}

/// What the import of a run has done so far; none when it never began.
///
/// # Errors
/// [`LedgerError`], when the ledger is damaged or of a later version.
pub fn so_far(folder: &RunFolder, manifest: &Manifest) -> Result<Option<SoFar>, LedgerError> {
    let Some(ledger) = Ledger::look(folder)? else { return Ok(None) };
    let Some(bound) = ledger.bound()? else { return Ok(None) };
    let mut counting = Counting::default();
    for part in &manifest.parts {
        let state = ledger.state(part.number, &Facts { users: part.users, upsert: bound.upsert })?;
        counting.part(part.users, &state);
    }
    let tally = counting.tally;
    Ok(Some(SoFar { tally, causes: counting.causes(), jobs: jobs(&ledger, manifest)? }))
}

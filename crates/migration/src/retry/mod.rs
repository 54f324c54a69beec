//! Sending again: users who failed at the tenant, as they were or mended, and users who were set aside and mended.
//!
//! A retry of run `R` is a run of its own, `R-retry-1`, `R-retry-2`, ..., beside it. The run before it has settled everybody, so
//! that who failed there goes into exactly one retry; lines of `mended.ndjson` are taken once, which the manifest of the retry
//! says. Prepare writes it last: a retry without one has taken nobody. What happened in `R` stays in its report; what became
//! of a user who was sent again is in the report of the retry, which names `R`.

mod chain;
mod gather;
mod waiting;

use std::io;
use std::path::PathBuf;

use mapping::{DocumentError, Mapping};

pub use chain::Chain;
pub use waiting::{Waiting, waiting};

use crate::ledger::{Bound, Ledger, LedgerError};
use crate::prepare::{Kind, PrepareError, PrepareOptions, PrepareProgress, Prepared, prepare};
use crate::read::{Format, Limits, ReadOptions};
use crate::run::{MAPPING, Retry, RunError, RunFolder};
use crate::screen::Policies;
use crate::step::Facts;

/// Bytes of a user who is sent again: more than an import job takes, so that the screen says so and not the reader.
const MAX_RECORD: usize = 8 << 20;

/// Why nobody can be sent again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// The run has not gone anywhere.
    #[error("{0} was never imported; begin with: crosswalk import {0}")]
    NotImported(PathBuf),
    /// Some of its users have no outcome yet.
    #[error("the import of {0} has not come to its end; go on first with: crosswalk resume {0}")]
    Unsettled(PathBuf),
    /// There is nobody.
    #[error(
        "nobody of {0} waits to be sent again: nobody failed, and nobody who was set aside has been mended since"
    )]
    Nobody(PathBuf),
    /// A run folder cannot be used.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Somebody works on the run, or its ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The users cannot be prepared.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The mapping that the run has kept is none.
    #[error(transparent)]
    Mapping(#[from] DocumentError),
    /// The users cannot be gathered.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
}

/// A run that sends again, prepared, and where it goes.
#[derive(Debug)]
pub struct Ready {
    /// Its folder.
    pub folder: RunFolder,
    /// What was prepared now; nothing when an earlier attempt had prepared it and its import goes on.
    pub prepared: Option<Prepared>,
    /// Where the first run went. A retry goes there too.
    pub bound: Bound,
}

/// Prepares the next retry of a run. `folder` is the run itself or one of its retries. A retry that was prepared and has not
/// come to its end goes on first.
///
/// # Errors
/// [`RetryError`]
pub fn next(folder: &RunFolder, threads: usize, progress: &PrepareProgress) -> Result<Ready, RetryError> {
    let chain = Chain::of(folder)?;
    // Two retries at a time would send the same users twice.
    let root = Ledger::open(chain.root())?;
    let bound = root.bound()?.ok_or_else(|| RetryError::NotImported(chain.root().path().to_owned()))?;
    if !is_settled(chain.root(), &root, &bound)? {
        return Err(RetryError::Unsettled(chain.root().path().to_owned()));
    }
    let last = chain.last();
    if chain.retries() > 0 && !is_settled(last, &Ledger::open(last)?, &bound)? {
        return Ok(Ready { folder: last.clone(), prepared: None, bound });
    }
    let folder = RunFolder::create(&chain.next_path())?;
    let gathered = gather::gather(&chain, &folder)?;
    if gathered.users == 0 {
        let nobody = RetryError::Nobody(chain.root().path().to_owned());
        std::fs::remove_dir_all(folder.path())
            .map_err(|source| RetryError::Io { path: folder.path().to_owned(), source })?;
        return Err(nobody);
    }
    let manifest = chain.root().manifest()?;
    let policies = Policies::of_record(&manifest.policies);
    // Users are not mapped; the document goes along for who mends them again.
    let document =
        std::fs::read_to_string(chain.root().file(MAPPING)).unwrap_or_else(|_| mapping::DEFAULT.to_owned());
    let mapping = Mapping::compile(&document, &policies.identifiers)?;
    let limits =
        Limits { max_record: MAX_RECORD, max_depth: manifest.read.limits.max_depth, ..Limits::default() };
    let options = PrepareOptions {
        kind: Kind::Users,
        read: ReadOptions { format: Format::Ndjson, infer_types: false, limits },
        policies,
        threads,
        document,
        linking: gathered.linking,
        retry: Some(Retry { of: chain.root().name(), number: chain.retries() + 1, taken: gathered.taken }),
        ..PrepareOptions::default()
    };
    let prepared = prepare(gathered.files, &mapping, &options, Some(&folder), progress)?;
    folder.set_target(&bound.tenant, &bound.connection)?;
    Ok(Ready { folder, prepared: Some(prepared), bound })
}

/// Whether every user of a run has its outcome.
fn is_settled(folder: &RunFolder, ledger: &Ledger, bound: &Bound) -> Result<bool, RetryError> {
    for part in &folder.manifest()?.parts {
        let state = ledger.state(part.number, &Facts { users: part.users, upsert: bound.upsert })?;
        if !state.is_settled() {
            return Ok(false);
        }
    }
    Ok(true)
}

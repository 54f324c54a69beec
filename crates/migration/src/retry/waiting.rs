//! Who waits to be sent again.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use super::gather::{each_failed, mended_rows};
use super::{Chain, RetryError};
use crate::mend::{self, MendError};
use crate::run::RunFolder;

/// Users that the next retry of a run would take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Failed at the tenant in the latest run, and were not mended since.
    pub failed: u64,
    /// Set aside in any of the runs or failed in the latest, mended, and not sent since.
    pub mended: u64,
}

/// Counts who waits.
///
/// # Errors
/// [`RetryError`] when a run of the chain cannot be read.
pub fn waiting(chain: &Chain) -> Result<Waiting, RetryError> {
    let mut waiting = Waiting { failed: failed(chain.last())?, mended: 0 };
    for run in chain.runs() {
        let progress = mend::progress(run).map_err(|error| match error {
            MendError::Run(error) => RetryError::Run(error),
            MendError::Io { path, source } => RetryError::Io { path, source },
            other => RetryError::Io { path: run.path().to_owned(), source: io::Error::other(other) },
        })?;
        let open = progress.values().filter(|progress| **progress == mend::Progress::Waiting).count();
        waiting.mended += open as u64;
    }
    Ok(waiting)
}

/// Who failed in a run and goes as it was.
fn failed(run: &RunFolder) -> Result<u64, RetryError> {
    let unread = |source| RetryError::Io { path: run.file("retry.ndjson"), source };
    let instead = mended_rows(run).map_err(unread)?;
    if instead.is_empty() {
        return lines(run);
    }
    let mut count = 0;
    each_failed(run, &instead, |_| {
        count += 1;
        Ok(())
    })
    .map_err(unread)?;
    Ok(count)
}

/// Lines of a run's `retry.ndjson`; a run that has not begun to import has none.
fn lines(run: &RunFolder) -> Result<u64, RetryError> {
    let path = run.file("retry.ndjson");
    let failed = |source| RetryError::Io { path: path.clone(), source };
    let mut reader = match File::open(&path) {
        Ok(file) => BufReader::with_capacity(1 << 16, file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(failed(error)),
    };
    let mut count = 0;
    loop {
        let bytes = reader.fill_buf().map_err(failed)?;
        if bytes.is_empty() {
            return Ok(count);
        }
        count += memchr::memchr_iter(b'\n', bytes).count() as u64;
        let used = bytes.len();
        reader.consume(used);
    }
}

//! The first half of a run: read, map, screen, pack. A pure function of input, mapping and policies: a crash starts it
//! over, and the same input gives the same bytes, whatever the number of threads.
//!
//! Each worker takes the next chunk under a lock, maps and screens it alone, and brings a [`batch::Batch`] to
//! [`turn::Turns`], where batches are taken by the [`commit::Commit`] in the order of the chunks. Fingerprints and places of users go to disk; after
//! the last chunk the doubles are judged and taken out of the parts.

mod batch;
mod commit;
mod doubles;
mod estimate;
mod finish;
mod one;
mod options;
mod sidecar;
mod sidecar_lines;
mod spill;
mod turn;
mod worker;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use mapping::Mapping;

pub use batch::Lane;
pub use one::{Fate, Judged, judge};
pub use options::{Kind, PrepareOptions, Selection};

use crate::profile::Census;
use crate::read::Stream;
use crate::report::{InputCounters, Report};
use crate::run::{RunError, RunFolder};
use batch::Batch;
use commit::Commit;
use finish::Noticed;
use turn::Turns;
use worker::Worker;

/// How far prepare has come; it can be looked at from another thread.
#[derive(Debug, Default)]
pub struct PrepareProgress {
    /// Records read.
    pub read: AtomicU64,
    /// Bytes read, expanded.
    pub bytes: AtomicU64,
    /// The inputs that were begun, in order. Doubles are not judged yet: `packed` are those who may be.
    pub inputs: Mutex<Vec<InputCounters>>,
    /// Set to stop: prepare ends with [`PrepareError::Stopped`].
    pub stop: AtomicBool,
}

impl PrepareProgress {
    /// Counts a batch, in the order of the input.
    fn take(&self, batch: &Batch) {
        self.read.fetch_add(batch.records, Ordering::Relaxed);
        let mut inputs = self.inputs.lock().unwrap_or_else(PoisonError::into_inner);
        if inputs.len() <= batch.input {
            inputs.resize(batch.input + 1, InputCounters::default());
        }
        if let Some(input) = inputs.get_mut(batch.input) {
            if input.input.is_empty() {
                input.input = batch.name.to_string();
            }
            input.read += batch.counts.read;
            input.set_aside += batch.aside.len() as u64;
            input.left += batch.counts.left;
            input.packed += batch.ready.len() as u64;
        }
    }
}

/// Why prepare stopped.
#[derive(Debug, thiserror::Error)]
pub enum PrepareError {
    /// An input cannot be opened.
    #[error("cannot read {0}")]
    Read(#[source] io::Error),
    /// The run folder cannot be written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Somebody asked to stop.
    #[error("stopped; run the same command again to start over")]
    Stopped,
    /// A worker broke: a bug.
    #[error("a worker broke in the middle of its records")]
    Broke,
    /// The counters do not add up: a bug.
    #[error("the counters do not add up: {0}")]
    Miscounted(String),
}

/// What prepare made.
#[derive(Debug)]
pub struct Prepared {
    /// What was counted.
    pub report: Report,
    /// Inputs that broke in the middle; what came before is prepared.
    pub troubles: Vec<crate::read::Trouble>,
}

/// Prepares `files` into `folder`, or only counts when there is none.
///
/// # Errors
/// [`PrepareError`]
pub fn prepare(
    files: Vec<PathBuf>,
    mapping: &Mapping,
    options: &PrepareOptions,
    folder: Option<&RunFolder>,
    progress: &PrepareProgress,
) -> Result<Prepared, PrepareError> {
    let started = Instant::now();
    let keys = (rand::random(), rand::random());
    let commit = Commit::new(folder, keys, &options.linking).map_err(PrepareError::Run)?;
    let hasher = commit.hasher();
    let stream = Mutex::new((0_u64, Stream::new(files, options.read)));
    // With a limit the input ends at a record that only the one who counts in order can know.
    let threads = if options.selection.limit.is_some() { 1 } else { options.threads.max(1) };
    let turns = Turns::new(commit, threads);
    let noticed = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        let work = || {
            let mut worker = Worker::new(mapping, options, hasher);
            loop {
                let (number, chunk) = {
                    let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                    let next = stream.1.next_chunk();
                    stream.0 += 1;
                    (stream.0 - 1, next)
                };
                let outcome = match chunk {
                    Ok(Some(chunk)) => {
                        progress.bytes.fetch_add(chunk.bytes.len() as u64, Ordering::Relaxed);
                        // The others would wait for this batch: a bug must not leave them waiting.
                        let worked = catch_unwind(AssertUnwindSafe(|| worker.work(&chunk)));
                        stream.lock().unwrap_or_else(PoisonError::into_inner).1.recycle(chunk.bytes);
                        worked.map_err(|_| PrepareError::Broke)
                    }
                    Ok(None) => break,
                    Err(error) => Err(PrepareError::Read(error)),
                };
                let before = |batch: &Batch| {
                    progress.take(batch);
                    if progress.stop.load(Ordering::Relaxed) { Err(PrepareError::Stopped) } else { Ok(()) }
                };
                match turns.bring(number, outcome, before) {
                    Some(Some(used)) => worker.recycle(used),
                    Some(None) => {}
                    None => break,
                }
            }
            noticed.lock().unwrap_or_else(PoisonError::into_inner).push(worker.end());
        };
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let commit = turns.end()?;
    let (_, stream) = stream.into_inner().unwrap_or_else(PoisonError::into_inner);
    let noticed = noticed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (tallies, censuses): (Vec<_>, Vec<_>) = noticed.into_iter().unzip();
    let profile = Census::profile(censuses.into_iter().flatten().collect());
    finish::finish(commit, &stream, Noticed { tallies, profile }, options, folder, started)
}

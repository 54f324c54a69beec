//! One source for the bar, the log line and the page: stage and atomics behind a cheap clone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// Nothing yet.
    Idle,
    /// The tenant and the parts are checked.
    Preflight,
    /// Jobs are in flight; counts users.
    Import,
    /// `id-map.csv` and `retry.ndjson` are written; counts parts.
    Write,
    /// Sampled users are read back; counts users.
    Compare,
    /// Logins are tried; counts logins.
    Logins,
}

const STAGES: [Stage; 6] =
    [Stage::Idle, Stage::Preflight, Stage::Import, Stage::Write, Stage::Compare, Stage::Logins];

/// A handle on the progress of an import or a proof. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    stage: AtomicU8,
    total: AtomicU64,
    done: AtomicU64,
    jobs: AtomicU64,
    failed: AtomicU64,
}

/// The progress at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// What is going on.
    pub stage: Stage,
    /// How many there are in this stage; 0 when that is unknown.
    pub total: u64,
    /// How many are done.
    pub done: u64,
    /// Import jobs in flight.
    pub jobs: u64,
    /// How many of the done have failed.
    pub failed: u64,
}

impl Progress {
    /// The progress now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let stage = STAGES.get(usize::from(self.0.stage.load(Relaxed))).copied().unwrap_or(Stage::Idle);
        Snapshot {
            stage,
            total: self.0.total.load(Relaxed),
            done: self.0.done.load(Relaxed),
            jobs: self.0.jobs.load(Relaxed),
            failed: self.0.failed.load(Relaxed),
        }
    }

    pub(crate) fn begin(&self, stage: Stage, total: u64) {
        self.0.total.store(total, Relaxed);
        self.0.done.store(0, Relaxed);
        self.0.failed.store(0, Relaxed);
        self.0.stage.store(stage as u8, Relaxed);
    }

    pub(crate) fn done(&self, count: u64, failed: u64) {
        self.0.done.fetch_add(count, Relaxed);
        self.0.failed.fetch_add(failed, Relaxed);
    }

    /// A job is in flight until the guard is dropped.
    pub(crate) fn job(&self) -> JobGuard {
        self.0.jobs.fetch_add(1, Relaxed);
        JobGuard(self.clone())
    }
}

#[derive(Debug)]
pub(crate) struct JobGuard(Progress);

impl Drop for JobGuard {
    fn drop(&mut self) {
        self.0.0.jobs.fetch_sub(1, Relaxed);
    }
}

//! One source for the bar, the log line and the page: stage and atomics behind a cheap clone.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use auth0::{Client, Outage};

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
    failed: AtomicU64,
    slots: Mutex<Vec<Slot>>,
    client: Mutex<Option<Client>>,
}

/// One of the two import jobs that are in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The part that it imports.
    pub part: u32,
    /// Users in the part.
    pub users: u32,
    /// Id of the job, once the tenant has taken it.
    pub job: Option<String>,
    /// When the slot was taken.
    pub since: Instant,
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
            jobs: u64::try_from(self.lock().len()).unwrap_or(0),
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

    /// Whose calls it is about.
    pub(crate) fn of(&self, client: &Client) {
        *self.0.client.lock().unwrap_or_else(PoisonError::into_inner) = Some(client.clone());
    }

    /// Since when the tenant has answered no call, and why.
    #[must_use]
    pub fn outage(&self) -> Option<Outage> {
        self.0.client.lock().unwrap_or_else(PoisonError::into_inner).as_ref()?.outage()
    }

    /// The jobs in flight, in the order in which they were sent.
    #[must_use]
    pub fn slots(&self) -> Vec<Slot> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Slot>> {
        self.0.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A job of a part is in flight until the guard is dropped.
    pub(crate) fn job(&self, part: u32, users: u32) -> JobGuard {
        self.lock().push(Slot { part, users, job: None, since: Instant::now() });
        JobGuard { progress: self.clone(), part }
    }
}

/// A slot, while it is taken. A part is never in two of them.
#[derive(Debug)]
pub(crate) struct JobGuard {
    progress: Progress,
    part: u32,
}

impl JobGuard {
    /// The tenant has taken the job.
    pub(crate) fn accepted(&self, job: &str) {
        if let Some(slot) = self.progress.lock().iter_mut().find(|slot| slot.part == self.part) {
            slot.job = Some(job.to_owned());
        }
    }
}

impl Drop for JobGuard {
    fn drop(&mut self) {
        self.progress.lock().retain(|slot| slot.part != self.part);
    }
}

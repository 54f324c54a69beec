//! How much a script may use.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// The limits of one step.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time for one call of `process`.
    pub call: Duration,
    /// Time for all calls of a step together, over all its workers.
    pub job: Duration,
    /// Bytes of one worker's heap.
    pub memory: usize,
    /// Bytes of one worker's stack; the thread needs some more than that.
    pub stack: usize,
}

impl Default for Limits {
    /// 5 s for one record, 12 h for a job, 128 MiB of heap, 512 KiB of stack.
    fn default() -> Self {
        Self {
            call: Duration::from_secs(5),
            job: Duration::from_secs(12 * 60 * 60),
            memory: 128 << 20,
            stack: 512 << 10,
        }
    }
}

/// The time that the scripts of one step have used, over all its workers.
#[derive(Debug, Default)]
pub struct Budget(AtomicU64);

impl Budget {
    /// What is left of `limit`.
    pub(super) fn left(&self, limit: Duration) -> Duration {
        limit.saturating_sub(Duration::from_nanos(self.0.load(Ordering::Relaxed)))
    }

    /// Counts the time of one call.
    pub(super) fn spend(&self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.0.fetch_add(nanos, Ordering::Relaxed);
    }
}

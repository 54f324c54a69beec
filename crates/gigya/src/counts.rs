//! What a client has done: for the report, and for the test that it stays under the site's limits.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Requests, retries and waits of one client.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    /// Requests that were sent, by method, retries included.
    pub requests: BTreeMap<String, u64>,
    /// How many of them were retries.
    pub retries: u64,
    /// Refusals because of the rate of requests (403048, HTTP status 429).
    pub limited: u64,
    /// How long calls waited for their turn and between retries, summed over calls.
    pub waited: Duration,
    /// Bytes of the bodies of answers.
    pub bytes: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counter(Mutex<Counts>);

impl Counter {
    pub(crate) fn with(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn snapshot(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

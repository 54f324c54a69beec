//! What runs dataflows for the site.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::Variables;
use crate::start::Ready;

/// A job that goes on.
pub type Running = Pin<Box<dyn Future<Output = Result<(), Failed>> + Send>>;

/// Why an attempt has failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// What went wrong, in words without secrets.
    pub reason: String,
    /// Whether there is no use in another attempt.
    pub lasting: bool,
}

impl From<String> for Failed {
    fn from(reason: String) -> Self {
        Self { reason, lasting: false }
    }
}

/// Checks dataflows and runs them. The site knows neither components nor graphs.
pub trait Flows: Send + Sync + Debug {
    /// Judges a dataflow before it is stored. Secrets that are masked or empty are no fault here.
    ///
    /// # Errors
    /// What is wrong with it, each a sentence.
    fn check(&self, dataflow: &Value) -> Result<(), Vec<String>>;

    /// Runs a dataflow to its end. Dropped when the site stops; the job then starts over when the site does.
    fn run(&self, run: Run) -> Running;
}

/// One attempt of a job.
#[derive(Debug, Clone)]
pub struct Run {
    /// The site itself: what components without keys of their own read and write.
    pub site: Ready,
    /// The id of the job: `${jobId}`.
    pub job: String,
    /// From 1; a failed job is tried again.
    pub attempt: u32,
    /// The dataflow with its secrets.
    pub dataflow: Value,
    /// The scheduling, with its `logLevel`.
    pub scheduling: Value,
    /// The variables of the site: `<$NAME$>`.
    pub variables: Variables,
    /// Readers give only what changed after this time (ms since 1970); none: everything.
    pub since_ms: Option<i64>,
    /// Most records that readers give.
    pub limit: Option<u64>,
    /// When the run began, by the site's clock (ms since 1970): `${now}`.
    pub now_ms: i64,
    /// What the job's status shows.
    pub progress: Arc<Progress>,
}

/// How far a job is.
#[derive(Debug, Default)]
pub struct Progress {
    total: AtomicU64,
    processed: AtomicU64,
    report: Mutex<Value>,
    remark: Mutex<Option<String>>,
}

impl Progress {
    /// Sets `totalRecords`, what the readers have given, and `processedRecords`, what has reached an end.
    pub fn set(&self, total: u64, processed: u64) {
        self.total.store(total, Ordering::Relaxed);
        self.processed.store(processed, Ordering::Relaxed);
    }

    /// Sets what the runner tells beyond that: anything, for callers in the same process. `null` is nothing.
    pub fn tell(&self, report: Value) {
        *self.report.lock().unwrap_or_else(PoisonError::into_inner) = report;
    }

    /// Sets what a job that succeeds has to explain all the same: records that failed, say.
    pub fn remark(&self, remark: String) {
        *self.remark.lock().unwrap_or_else(PoisonError::into_inner) = Some(remark);
    }

    /// What there is to explain.
    pub(crate) fn remarked(&self) -> Option<String> {
        self.remark.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What was told last.
    #[must_use]
    pub fn report(&self) -> Value {
        self.report.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Total and processed records.
    #[must_use]
    pub fn get(&self) -> (u64, u64) {
        (self.total.load(Ordering::Relaxed), self.processed.load(Ordering::Relaxed))
    }
}

//! What a job says while it runs.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much of it is wanted; `logLevel` of a scheduling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// What went wrong.
    Error,
    /// And what scripts and components tell.
    #[default]
    Info,
    /// And each of the first three records at each step, passwords, hashes and salts masked. They are personal data.
    Debug,
}

impl Level {
    /// `error`, `info`, `debug`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }
}

/// One line.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// How grave it is.
    pub level: Level,
    /// The step that says it.
    pub step: &'a str,
    /// What it says.
    pub text: &'a str,
}

type Sink = Arc<dyn Fn(&Line<'_>) + Send + Sync>;

/// Where a job's lines go. Cheap to clone.
#[derive(Clone)]
pub struct Log {
    level: Level,
    sink: Sink,
    errors: Arc<AtomicU64>,
}

/// Lines of level error that one job tells before it only counts them: a million refused records say the same.
const MOST_ERRORS: u64 = 1000;

impl Log {
    /// Lines up to `level` go to `sink`.
    pub fn new(level: Level, sink: impl Fn(&Line<'_>) + Send + Sync + 'static) -> Self {
        Self { level, sink: Arc::new(sink), errors: Arc::default() }
    }

    /// Nobody listens.
    #[must_use]
    pub fn silent() -> Self {
        Self::new(Level::Error, |_| {})
    }

    /// Whether lines of this level are heard; what is costly to say need not be said otherwise.
    #[must_use]
    pub fn hears(&self, level: Level) -> bool {
        level <= self.level
    }

    /// Says a line. Neither secrets, passwords nor hashes belong in it.
    pub fn say(&self, level: Level, step: &str, text: &str) {
        if !self.hears(level) {
            return;
        }
        if level == Level::Error {
            match self.errors.fetch_add(1, Ordering::Relaxed) {
                count if count < MOST_ERRORS => {}
                MOST_ERRORS => {
                    (self.sink)(&Line {
                        level,
                        step,
                        text: "more errors follow; from here on they are only counted",
                    });
                    return;
                }
                _ => return,
            }
        }
        (self.sink)(&Line { level, step, text });
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("level", &self.level).finish_non_exhaustive()
    }
}

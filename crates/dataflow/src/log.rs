//! What a job says while it runs.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

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
    /// The UID of the record that it is about, where there is one that the text does not name.
    pub uid: Option<&'a str>,
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)?;
        self.uid.map_or(Ok(()), |uid| write!(f, " (UID {uid})"))
    }
}

/// What several records failed for: it was said for the first of them only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// The step in which they failed.
    pub step: String,
    /// Why, as it was said.
    pub text: String,
    /// How many failed so after the first one.
    pub more: u64,
}

type Sink = Arc<dyn Fn(&Line<'_>) + Send + Sync>;

/// Where a job's lines go. Cheap to clone.
#[derive(Clone)]
pub struct Log {
    level: Level,
    sink: Sink,
    errors: Arc<AtomicU64>,
    failed: Arc<Mutex<BTreeMap<(String, String), Repeated>>>,
}

/// Lines of level error that one job tells before it only counts them: a million refused records say the same.
const MOST_ERRORS: u64 = 1000;

impl Log {
    /// Lines up to `level` go to `sink`.
    pub fn new(level: Level, sink: impl Fn(&Line<'_>) + Send + Sync + 'static) -> Self {
        Self { level, sink: Arc::new(sink), errors: Arc::default(), failed: Arc::default() }
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
        self.line(&Line { level, step, text, uid: None });
    }

    /// Says why a record failed; what others have failed for is only counted.
    pub fn failed(&self, step: &str, text: &str, uid: Option<&str>) {
        {
            let key = (step.to_owned(), without_call(text).to_owned());
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = failed.get_mut(&key) {
                known.more += 1;
                return;
            }
            if (failed.len() as u64) < MOST_ERRORS {
                failed.insert(key, Repeated { step: step.to_owned(), text: text.to_owned(), more: 0 });
            }
        }
        let uid = uid.filter(|uid| !text.contains(*uid));
        self.line(&Line { level: Level::Error, step, text, uid });
    }

    /// What more than one record failed for, by step.
    #[must_use]
    pub fn repeated(&self) -> Vec<Repeated> {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.values().filter(|one| one.more > 0).cloned().collect()
    }

    fn line(&self, line: &Line<'_>) {
        if !self.hears(line.level) {
            return;
        }
        if line.level == Level::Error {
            match self.errors.fetch_add(1, Ordering::Relaxed) {
                count if count < MOST_ERRORS => {}
                MOST_ERRORS => {
                    let text = "more errors follow; from here on they are only counted";
                    (self.sink)(&Line { text, uid: None, ..line.clone() });
                    return;
                }
                _ => return,
            }
        }
        (self.sink)(line);
    }
}

/// A sentence without the id of the call, by which two refusals for the same reason differ.
fn without_call(text: &str) -> &str {
    text.split_once(" [callId ").map_or(text, |(before, _)| before)
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("level", &self.level).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_records_fail_for_is_said_once_and_counted() {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let heard = lines.clone();
        let log = Log::new(Level::Error, move |line| {
            heard.lock().unwrap().push(format!("{}: {line}", line.step));
        });
        for record in 0..5000 {
            log.failed(
                "ask",
                &format!("404000 no such method [callId {record}]"),
                Some(&format!("u{record}")),
            );
        }
        log.failed("ask", "400006 bad u7", Some("u7"));
        log.failed("other", "404000 no such method", None);
        assert_eq!(
            *lines.lock().unwrap(),
            [
                "ask: 404000 no such method [callId 0] (UID u0)",
                "ask: 400006 bad u7",
                "other: 404000 no such method"
            ]
        );
        let repeated = log.repeated();
        assert_eq!((repeated.len(), repeated[0].step.as_str(), repeated[0].more), (1, "ask", 4999));
    }
}

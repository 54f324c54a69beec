//! What a job of the local site tells beyond its status.

use std::sync::{Arc, Mutex, PoisonError};

use dataflow::log::{Level, Log};
use dataflow::runner::{EdgeCount, StepCount, Watch};
use serde::{Deserialize, Serialize};

/// Lines that are kept of one job.
const LINES: usize = 500;

/// The counters of a job and what its steps have said; kept with the job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobReport {
    /// What each step did, in the order of the document.
    pub steps: Vec<StepCount>,
    /// What went over each edge.
    pub edges: Vec<EdgeCount>,
    /// The first lines that its steps said.
    pub said: Vec<Line>,
}

/// One line of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// `error` or `info`.
    pub level: String,
    /// The step.
    pub step: String,
    /// What it said.
    pub text: String,
}

/// Listens to a job.
#[derive(Debug, Clone, Default)]
pub(super) struct Listener(Arc<Mutex<Vec<Line>>>);

impl Listener {
    /// A log whose lines come here. What a scheduling with `logLevel` debug would show beyond, records as they are, holds
    /// password hashes and is not kept.
    pub(super) fn log(&self, level: Level) -> Log {
        let lines = self.0.clone();
        Log::new(level.min(Level::Info), move |line| {
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            if lines.len() < LINES {
                let (level, step) = (line.level.name().to_owned(), line.step.to_owned());
                lines.push(Line { level, step, text: line.to_string() });
            }
        })
    }

    /// What its steps have called errors, each with its step.
    pub(super) fn reasons(&self) -> Vec<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let errors = lines.iter().filter(|line| line.level == Level::Error.name());
        errors.map(|line| format!("step `{}`: {}", line.step, line.text)).collect()
    }

    /// What there is to tell now.
    pub(super) fn report(&self, watch: &Watch) -> JobReport {
        let said = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        JobReport { steps: watch.steps(), edges: watch.edges(), said }
    }
}

//! What a job has done, while it runs and at its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use super::{Ended, Verdict, bug};
use crate::component::Kind;
use crate::fault::Fault;
use crate::flow::{Identity, Limit};
use crate::registry::Definition;

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("step `{step}`: {message}")]
pub struct Failure {
    /// The step that failed.
    pub step: String,
    /// What happened, and what to do.
    pub message: String,
    /// Whether the same may work later.
    pub passing: bool,
    /// Whether what was typed is wrong, as keys that the site refuses or a folder that is not there.
    pub usage: bool,
    /// Whether it is a bug of ours.
    pub bug: bool,
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All steps came to their end.
    Succeeded,
    /// A step failed.
    Failed(Failure),
    /// Somebody stopped it.
    Stopped,
}

/// A job at its end.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// How it ended.
    pub status: Status,
    /// Records that entered the flow.
    pub records: u64,
    /// Records that failed in a step that names no error step.
    pub unrouted: u64,
    /// What each step did, in the order of the document.
    pub steps: Vec<StepCount>,
    /// What went over each edge.
    pub edges: Vec<EdgeCount>,
}

/// What a step did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCount {
    /// Its id.
    pub id: String,
    /// Its component.
    #[serde(rename = "type")]
    pub component: String,
    /// Items that came in.
    pub received: u64,
    /// Items that it gave, however many steps follow.
    pub passed: u64,
    /// Records that took the error path.
    pub failed: u64,
    /// Of these, the ones for which there was no error step.
    pub unrouted: u64,
    /// Records that it let go on purpose.
    pub dropped: u64,
}

/// What went over an edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeCount {
    /// The step where it begins.
    pub from: String,
    /// The step where it ends.
    pub to: String,
    /// Which of the two paths it is.
    pub edge: Edge,
    /// Records and files.
    pub items: u64,
}

/// The two paths out of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Edge {
    /// What the step gives.
    Next,
    /// What failed in it.
    Error,
}

/// The counters of a job. Cheap to clone.
#[derive(Clone, Default)]
pub struct Watch {
    steps: Vec<Watched>,
    edges: Vec<(usize, usize, Edge, Arc<AtomicU64>)>,
}

#[derive(Clone)]
struct Watched {
    component: &'static str,
    /// Whether records come in.
    takes: bool,
    /// Whether records begin here.
    begins: bool,
    identity: Arc<Identity>,
}

impl Watch {
    /// Adds a step, and says whether records begin at it: where they are given and not taken, at readers and where files
    /// are parsed.
    pub(super) fn step(&mut self, definition: &Definition, identity: Arc<Identity>) -> bool {
        let takes = definition.takes == Kind::Records;
        let begins = !takes && definition.gives == Kind::Records;
        self.steps.push(Watched { component: definition.name, takes, begins, identity });
        begins
    }

    pub(super) fn edge(&mut self, from: usize, to: usize, edge: Edge) -> Arc<AtomicU64> {
        let count = Arc::new(AtomicU64::new(0));
        self.edges.push((from, to, edge, count.clone()));
        count
    }

    /// Records that have entered the flow so far.
    #[must_use]
    pub fn records(&self) -> u64 {
        let begins = self.steps.iter().filter(|step| step.begins);
        begins.map(|step| step.identity.counters.passed.load(Ordering::Relaxed)).sum()
    }

    /// What each step has done so far.
    #[must_use]
    pub fn steps(&self) -> Vec<StepCount> {
        let count = |step: &Watched| {
            let counters = &step.identity.counters;
            let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
            StepCount {
                id: step.identity.id.clone(),
                component: step.component.to_owned(),
                received: of(&counters.received),
                passed: of(&counters.passed),
                failed: of(&counters.failed),
                unrouted: of(&counters.unrouted),
                dropped: of(&counters.dropped),
            }
        };
        self.steps.iter().map(count).collect()
    }

    /// What has gone over each edge so far.
    #[must_use]
    pub fn edges(&self) -> Vec<EdgeCount> {
        let id = |index: &usize| self.steps[*index].identity.id.clone();
        self.edges
            .iter()
            .map(|(from, to, edge, count)| EdgeCount {
                from: id(from),
                to: id(to),
                edge: *edge,
                items: count.load(Ordering::Relaxed),
            })
            .collect()
    }

    pub(super) fn outcome(&self, status: Status) -> Outcome {
        let steps = self.steps();
        Outcome {
            status,
            records: self.records(),
            unrouted: steps.iter().map(|step| step.unrouted).sum(),
            steps,
            edges: self.edges(),
        }
    }

    /// What the end of a step means. That nobody takes what it gives is no fault of a step: either the limit of records
    /// is reached, or another step has ended too early.
    pub(super) fn judge(&self, index: usize, ended: Ended, limit: Option<&Limit>) -> Verdict {
        let id = self.steps[index].identity.id.as_str();
        match ended {
            Ok(Ok(())) => Verdict::Ended,
            Ok(Err(Fault::Stopped)) if limit.is_some_and(Limit::is_reached) => Verdict::Ended,
            Ok(Err(Fault::Stopped)) => Verdict::Cut(bug(id, "the steps after it ended before it")),
            Ok(Err(Fault::Failed { message, passing, usage })) => {
                Verdict::Failed(Failure { step: id.to_owned(), message, passing, usage, bug: false })
            }
            Err(panic) => Verdict::Failed(bug(id, &panic)),
        }
    }

    /// What was given to a step must have been received by it; each side counts for itself. Files before the step where
    /// the limit of records was reached need not all have been looked at.
    pub(super) fn balance(&self, limit: Option<&Limit>) -> Option<Failure> {
        let cut = limit.is_some_and(Limit::is_reached);
        let mut counted = self.steps.iter().enumerate().filter(|(_, step)| step.takes || !cut);
        counted.find_map(|(index, step)| {
            let into = self.edges.iter().filter(|(_, to, _, _)| *to == index);
            let given: u64 = into.map(|(_, _, _, count)| count.load(Ordering::Relaxed)).sum();
            let received = step.identity.counters.received.load(Ordering::Relaxed);
            let lost = || format!("{given} items were given to it and {received} were received");
            (given != received).then(|| bug(&step.identity.id, &lost()))
        })
    }
}

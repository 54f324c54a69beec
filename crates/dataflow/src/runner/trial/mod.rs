//! A dry run: a few records go through the whole flow, what leaves each step is kept to be looked at, and nothing is
//! written.

mod hidden;
mod seen;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value as Json;
use tokio::sync::watch;

use super::{Failure, Job, Mode, Status, StepCount};
use crate::component::{Built, step};
use crate::context::Context;
use crate::flow::Tap;
use crate::graph::Graph;
use crate::log::{Level, Log};
use seen::Seen;

/// Records that a dry run reads if nobody says otherwise, as the test of IdentitySync's console does.
pub const RECORDS: u64 = 10;

/// What a dry run has shown. Secrets in it are masked: members whose names say so, and their values wherever else a step
/// has put them.
#[derive(Clone, Debug, Serialize)]
pub struct Trial {
    /// How it ended.
    pub status: Status,
    /// Records that entered the flow.
    pub records: u64,
    /// What each step did, in the order of the document.
    pub steps: Vec<TriedStep>,
}

/// What a step did in a dry run.
#[derive(Clone, Debug, Serialize)]
pub struct TriedStep {
    /// Its counters.
    #[serde(flatten)]
    pub count: StepCount,
    /// Whether it is a writer: then what it gave is what it would have written.
    pub writes: bool,
    /// The first things that it gave, as many as records were asked for.
    pub gave: Vec<Given>,
    /// The first records that took the error path.
    pub failed: Vec<FailedRecord>,
    /// What it said.
    pub said: Vec<Said>,
}

/// A thing that left a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Given {
    /// A record.
    Record(Json),
    /// A file.
    File {
        /// Its name.
        name: String,
        /// Its size in bytes.
        size: u64,
        /// How its text begins, if it is text that the step has made of records.
        begins: Option<String>,
    },
}

/// A record that took the error path.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FailedRecord {
    /// The record.
    pub record: Json,
    /// Why.
    pub message: String,
}

/// A line of a step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Said {
    /// `error` or `info`.
    pub level: &'static str,
    /// What it said.
    pub text: String,
}

/// Runs a graph on the first records that its readers give, at most `records` of them together. Writers write nothing;
/// what a writer would have given goes on as it came. Readers and lookups do ask their sites and stores.
///
/// # Errors
/// As [`Job::new`]. That a step fails is no error here: it is the `status`.
pub async fn run(
    graph: &Graph,
    context: &Context,
    records: u64,
    stop: watch::Receiver<bool>,
) -> Result<Trial, Failure> {
    let most = usize::try_from(records).unwrap_or(usize::MAX);
    let seen = Arc::new(Seen::new(graph, most));
    let heard = seen.clone();
    let context = Context {
        limit: Some(records),
        log: Log::new(Level::Info, move |line| heard.say(line)),
        ..context.clone()
    };
    let job = Job::with(graph, &context, Mode::Streaming, Some(seen.clone() as Arc<dyn Tap>))?;
    let outcome = job.run(stop).await;
    Ok(seen.trial(graph, outcome))
}

/// A step in the place of a writer: what comes passes through.
pub(super) fn unwritten() -> Built {
    step(|mut input, mut output| async move {
        while let Some(item) = input.next(&mut output).await? {
            output.give(item).await?;
        }
        output.flush().await
    })
}

//! The records of a dataflow on their way to the import of a migration.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use dataflow::context::Context;
use dataflow::graph::Graph;
use dataflow::runner::{Job, Mode, Outcome, Status};
use migration::flow::{Plan, Recording};
use migration::report::Report;
use migration::report::html::figures::count;
use migration::run::RunFolder;
use migration::screen::Policies;
use tokio::sync::watch;

use crate::Failure;

/// Runs a dataflow such that what reaches its writer is recorded in a run folder.
#[derive(Default)]
pub struct Recorder {
    recording: OnceLock<Arc<Recording>>,
    unrouted: AtomicU64,
}

impl Recorder {
    /// Runs the steps of a flow that is a migration; the file that prepare reads, if all of them came to their end.
    ///
    /// # Errors
    /// When the run folder cannot be written, or a step cannot be made.
    pub async fn record(
        &self,
        (graph, plan): (&Graph, &Plan),
        context: &Context,
        folder: &RunFolder,
        policies: Policies,
        stop: watch::Receiver<bool>,
    ) -> Result<(Outcome, Option<PathBuf>), Failure> {
        let recording = Arc::new(Recording::create(folder, plan, policies).map_err(Failure::stopped)?);
        let recording = self.recording.get_or_init(|| recording);
        let mut context = context.clone();
        context.services.insert(recording.clone());
        let job = Job::new(graph, &context, Mode::Streaming).map_err(Failure::usage)?;
        let outcome = job.run(stop).await;
        if outcome.status != Status::Succeeded {
            return Ok((outcome, None));
        }
        self.unrouted.store(outcome.unrouted, Ordering::Relaxed);
        let file = recording.finish().map_err(Failure::stopped)?;
        Ok((outcome, Some(file)))
    }

    /// Records that failed in a step that names no error step.
    #[must_use]
    pub fn unrouted(&self) -> u64 {
        self.unrouted.load(Ordering::Relaxed)
    }

    /// Adds what was noticed to a report; `name` is what the flow is called there.
    pub fn add_to(&self, name: &str, report: &mut Report) {
        if let Some(recording) = self.recording.get() {
            recording.add_to(report);
        }
        if self.unrouted() > 0 {
            report.troubles.push(format!(
                "{name}: {} records failed in steps that name no error step, and did not come to the import",
                count(self.unrouted())
            ));
        }
    }
}

//! `crosswalk flow run FILE`

use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;

use ::dataflow::components;
use ::dataflow::context::Context;
use ::dataflow::graph::{self, Purpose};
use ::dataflow::log::Log;
use ::dataflow::runner::{Job, Mode, Outcome, Status as JobStatus};
use serde::Serialize;

use crate::args::FlowRunArgs;
use crate::commands::flow::interrupts;
use crate::exit::{Failure, Status};
use crate::progress::grouped;
use crate::{home, output};

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    job: &'a str,
    #[serde(flatten)]
    outcome: &'a Outcome,
    seconds: f64,
}

pub(crate) async fn run(args: FlowRunArgs) -> Result<Status, Failure> {
    let values = args.set.values();
    let read = super::read(&args.file, &values)?.map_err(|wrong| super::no_dataflow(&args.file, &wrong))?;
    let work = WorkFolder::create()?;
    let context = Context {
        api_key: std::env::var("GIGYA_API_KEY").unwrap_or_default(),
        variables: values,
        stores: args.stores.iter().cloned().collect(),
        full_extract: args.full,
        last_run: args.since.or_else(|| read.dataflow.last_runtime.as_deref()?.parse().ok()),
        limit: args.limit,
        log: Log::new(args.log.into(), |line| {
            eprintln!("{}: {}: {}", line.level.name(), line.step, line.text)
        }),
        ..Context::new(jiff::Timestamp::now(), work.name.clone(), &work.path)
    };
    let checked = graph::check(&read, &components::all(), &context, Purpose::Run);
    for finding in &checked.findings {
        eprintln!("{}:{finding}", args.file.display());
    }
    let graph = checked
        .graph
        .ok_or_else(|| Failure::usage(format!("{} cannot run as it is", args.file.display())))?;
    let job = Job::new(&graph, &context, Mode::Streaming).map_err(Failure::usage)?;
    let started = std::time::Instant::now();
    let outcome = job.run(interrupts()).await;
    let seconds = started.elapsed().as_secs_f64();
    if args.common.json {
        output::json(&Report { job: &context.job_id, outcome: &outcome, seconds })?;
    } else {
        output::line(words(&outcome, seconds).trim_end())?;
    }
    match outcome.status {
        JobStatus::Succeeded if outcome.unrouted == 0 => Ok(Status::Done),
        JobStatus::Succeeded => Ok(Status::Some),
        JobStatus::Failed(failure) if failure.bug => Err(Failure::bug(failure)),
        JobStatus::Failed(failure) => Err(Failure::stopped(failure)),
        JobStatus::Stopped => Err(Failure::stopped("stopped before the end; run it again")),
    }
}

fn words(outcome: &Outcome, seconds: f64) -> String {
    let width = outcome.steps.iter().map(|step| step.id.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for step in &outcome.steps {
        out.push_str(&format!(
            "{:<width$}  {:>12} in  {:>12} out",
            step.id,
            grouped(step.received),
            grouped(step.passed)
        ));
        for (count, word) in [(step.failed, "failed"), (step.dropped, "dropped")] {
            if count > 0 {
                out.push_str(&format!("  {} {word}", grouped(count)));
            }
        }
        out.push('\n');
    }
    out.push_str(&format!("{} records in {seconds:.1} s\n", grouped(outcome.records)));
    if outcome.unrouted > 0 {
        out.push_str(&format!(
            "{} failed where the flow has no error step; name one in `error` to keep them\n",
            grouped(outcome.unrouted)
        ));
    }
    out
}

/// A folder of the job's own under the home, which goes away with the job.
struct WorkFolder {
    name: String,
    path: PathBuf,
}

impl WorkFolder {
    fn create() -> Result<Self, Failure> {
        let name = format!("{}-{}", home::new_name(), std::process::id());
        let path = home::home().join("jobs").join(&name);
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&path)
            .map_err(|error| Failure::stopped(format!("{}: {error}", path.display())))?;
        Ok(Self { name, path })
    }
}

impl Drop for WorkFolder {
    fn drop(&mut self) {
        // What cannot be removed is empty: files between steps have no names.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

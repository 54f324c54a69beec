//! `crosswalk flow run FILE`

use std::sync::Arc;

use ::dataflow::components;
use ::dataflow::context::Context;
use ::dataflow::document::Dataflow;
use ::dataflow::graph::{self, Purpose};
use ::dataflow::log::Log;
use ::dataflow::runner::{Edge, EdgeCount, Job, Mode, Outcome, Status as JobStatus};
use gigya::{Address, Config};
use serde::Serialize;

use super::work::WorkFolder;

use crate::args::FlowRunArgs;
use crate::commands::flow::interrupts;
use crate::exit::{Failure, Status};
use crate::progress::grouped;
use crate::settings::Settings;
use crate::{home, output, source};

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
    let site = site(&args, &read.dataflow)?;
    let job = format!("{}-{}", home::new_name(), std::process::id());
    let work = WorkFolder::create(&job)?;
    let mut context = Context {
        api_key: site.as_ref().map(|site| site.api_key.clone()).unwrap_or_default(),
        variables: values,
        stores: args.stores.iter().cloned().collect(),
        full_extract: args.full,
        last_run: args.since.or_else(|| read.dataflow.last_runtime.as_deref()?.parse().ok()),
        limit: args.limit,
        log: Log::new(args.log.into(), |line| {
            eprintln!("{}: {}: {}", line.level.name(), line.step, line.text)
        }),
        ..Context::new(jiff::Timestamp::now(), job, work.path())
    };
    if let Some(site) = site {
        context.services.insert(Arc::new(::dataflow::Site::new(site).map_err(Failure::usage)?));
    }
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

/// The site that a flow speaks to; none where it speaks to none.
fn site(args: &FlowRunArgs, flow: &Dataflow) -> Result<Option<Config>, Failure> {
    let Some(step) = flow.steps.iter().find(|step| step.component.contains(".gigya.")) else {
        return Ok(None);
    };
    let settings = Settings::read(&args.access)?;
    let place = args.site.clone().or_else(|| settings.get("GIGYA_DATA_CENTER")).ok_or_else(|| {
        Failure::usage(format!(
            "step `{}` speaks to a Gigya site; which one? Say --site eu1 or --site URL, or set GIGYA_DATA_CENTER",
            step.id
        ))
    })?;
    // `--site gigya:eu1` is meant as it is for `migrate`.
    let address = Address::parse(place.strip_prefix("gigya:").unwrap_or(&place)).map_err(Failure::usage)?;
    source::config(address, &settings).map(Some)
}

fn words(outcome: &Outcome, seconds: f64) -> String {
    let width = outcome.steps.iter().map(|step| step.id.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for step in &outcome.steps {
        let (received, passed) = (grouped(step.received), grouped(step.passed));
        out.push_str(&format!("{:<width$}  {received:>12} in  {passed:>12} out", step.id));
        for (count, word) in [(step.failed, "failed"), (step.dropped, "dropped")] {
            if count > 0 {
                out.push_str(&format!("  {} {word}", grouped(count)));
            }
        }
        out.push('\n');
        let ways: Vec<&EdgeCount> = outcome.edges.iter().filter(|edge| edge.from == step.id).collect();
        // A single way is told by what the step gave.
        if ways.len() > 1 || ways.iter().any(|way| way.edge == Edge::Error) {
            for way in ways {
                let kind = if way.edge == Edge::Error { " (error)" } else { "" };
                out.push_str(&format!("    to {}{kind}: {}\n", way.to, grouped(way.items)));
            }
        }
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

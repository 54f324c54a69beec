//! `crosswalk flow run FILE`

use std::sync::Arc;

use ::dataflow::context::Context;
use ::dataflow::graph::Graph;
use ::dataflow::runner::{Job, Mode, Outcome};
use engine::dataflows::WorkFolder;
use migration::flow::Users;
use serde::Serialize;

use super::{agree, outcome, site, speaks_to_a_site};
use crate::args::FlowRunArgs;
use crate::commands::flow::interrupts;
use crate::exit::{Failure, Status};
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
    let values = args.job.set.values();
    let as_json = args.common.json;
    let read = super::readable(&args.file, &values, as_json)?;
    let site = speaks_to_a_site(&read.dataflow)
        .map(|step| site(args.site.clone(), &args.access, step))
        .transpose()?;
    let job = format!("{}-{}", home::new_name(), std::process::id());
    let work = WorkFolder::create(&home::home(), &job)?;
    let mut context = Context {
        api_key: super::api_key(site.as_ref(), &args.access)?,
        full_extract: args.full,
        last_run: args.since.or_else(|| read.dataflow.last_runtime.as_deref()?.parse().ok()),
        limit: args.limit,
        ..super::job_context(&args.job, job, work.path())
    };
    if let Some(site) = &site {
        context.services.insert(Arc::new(::dataflow::Site::new(site.clone()).map_err(Failure::usage)?));
    }
    let graph = super::graph(&args.file, &read, &context, as_json)?;
    no_migration(&graph, &args)?;
    agree::agree(&graph, site.as_ref(), args.yes).await?;
    let job = Job::new(&graph, &context, Mode::Streaming).map_err(Failure::usage)?;
    let started = std::time::Instant::now();
    let outcome = job.run(interrupts()).await;
    let seconds = started.elapsed().as_secs_f64();
    super::tell_repeated(&context.log);
    if as_json {
        output::json(&Report { job: &context.job_id, outcome: &outcome, seconds })?;
    } else {
        output::line(outcome::words(&outcome, seconds).trim_end())?;
    }
    outcome::status(&outcome)
}

/// A migration has a tenant and a run, and another command.
fn no_migration(graph: &Graph, args: &FlowRunArgs) -> Result<(), Failure> {
    let writer = <Users as ::dataflow::Component>::TYPE;
    match graph.steps.iter().find(|node| node.definition.name == writer) {
        None => Ok(()),
        Some(node) => Err(Failure::usage(format!(
            "step `{}` imports users: run the flow with crosswalk migrate --flow {}",
            node.id,
            args.file.display()
        ))),
    }
}

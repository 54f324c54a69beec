//! `crosswalk flow`

mod agree;
mod check;
mod describe;
mod draw;
mod migration;
mod outcome;
mod run;
mod show;
mod try_out;

use std::collections::BTreeMap;
use std::path::Path;

use ::dataflow::context::Context;
use ::dataflow::document::{Dataflow, Misshapen, Read};
use ::dataflow::graph::{Checked, Graph, Purpose, check};
use ::dataflow::log::Log;
use ::migration::flow::components;

pub(crate) use migration::FlowSource;

use gigya::{Address, Config};

use crate::args::{AccessArgs, FlowCommand, FlowSubcommand, JobArgs};
use crate::exit::{Failure, Status};
use crate::settings::Settings;
use crate::source;

pub(crate) async fn run(args: FlowCommand) -> Result<Status, Failure> {
    match args.command {
        FlowSubcommand::Check(args) => check::run(&args),
        FlowSubcommand::Run(args) => run::run(args).await,
        FlowSubcommand::Try(args) => try_out::run(args).await,
        FlowSubcommand::Graph(args) => draw::run(&args),
        FlowSubcommand::Show(args) => show::run(&args),
        FlowSubcommand::Components(args) => describe::run(&args),
    }
}

/// Reads a dataflow and fills its slots.
fn read(file: &Path, values: &BTreeMap<String, String>) -> Result<Result<Read, Vec<Misshapen>>, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    Ok(Read::new(&text, values.iter().map(|(name, value)| (name.as_str(), value.as_str()))))
}

/// All that keeps a file from being a dataflow, as one failure.
fn no_dataflow(file: &Path, wrong: &[Misshapen]) -> Failure {
    let lines: Vec<String> = wrong.iter().map(|one| format!("{}:{one}", file.display())).collect();
    Failure::usage(lines.join("\n"))
}

/// What a flow knows of its job before it runs.
fn context(values: BTreeMap<String, String>) -> Context {
    let mut context = Context::new(jiff::Timestamp::now(), "check", ".");
    context.variables = values;
    context
}

/// What a job knows that runs now: everything is read, from no site.
fn job_context(args: &JobArgs, job: String, work: &Path) -> Context {
    Context {
        variables: args.set.values(),
        stores: args.stores.iter().cloned().collect(),
        log: Log::new(args.log.into(), |line| {
            eprintln!("{}: {}: {}", line.level.name(), line.step, line.text)
        }),
        ..Context::new(jiff::Timestamp::now(), job, work)
    }
}

/// Checks a dataflow that is to run at once.
fn checked(read: &Read, context: &Context) -> Checked {
    check(read, &components(), context, Purpose::Run)
}

/// As [`checked`]; prints what is found, and gives the graph if nothing is wrong.
fn graph(file: &Path, read: &Read, context: &Context) -> Result<Graph, Failure> {
    let checked = checked(read, context);
    for finding in &checked.findings {
        eprintln!("{}:{finding}", file.display());
    }
    checked.graph.ok_or_else(|| Failure::usage(format!("{} cannot run as it is", file.display())))
}

/// The site that a step speaks to: `place`, or what the environment names.
fn site(place: Option<String>, access: &AccessArgs, step: &str) -> Result<Config, Failure> {
    let settings = Settings::read(access)?;
    let place = place.or_else(|| settings.get("GIGYA_DATA_CENTER")).ok_or_else(|| {
        Failure::usage(format!(
            "step `{step}` speaks to a Gigya site; which one? Say --site eu1 or --site URL, or set GIGYA_DATA_CENTER"
        ))
    })?;
    // `--site gigya:eu1` is meant as it is for `migrate`.
    let address = Address::parse(place.strip_prefix("gigya:").unwrap_or(&place)).map_err(Failure::usage)?;
    source::config(address, &settings)
}

/// The first step of a flow that speaks to a Gigya site.
fn speaks_to_a_site(flow: &Dataflow) -> Option<&str> {
    flow.steps.iter().find(|step| step.component.contains(".gigya.")).map(|step| step.id.as_str())
}

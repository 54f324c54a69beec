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
use ::dataflow::document::{Dataflow, Read};
use ::dataflow::graph::{Checked, Finding, Graph, Purpose, check, unknown_values};
use ::dataflow::log::Log;
use ::migration::flow::components;

pub(crate) use migration::FlowSource;

use gigya::{Address, Config};

use crate::args::{AccessArgs, FlowCommand, FlowSubcommand, JobArgs};
use crate::exit::{Failure, Status};
use crate::progress::grouped;
use crate::settings::Settings;
use crate::{output, source};

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

/// Reads a dataflow and fills its slots: the dataflow as far as it is one, and what is wrong with the file and with the
/// values.
fn read(file: &Path, values: &BTreeMap<String, String>) -> Result<(Option<Read>, Vec<Finding>), Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
    let slots = values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let (read, misshapen) = Read::lenient(&text, slots);
    let mut findings: Vec<Finding> = misshapen.into_iter().map(Finding::from).collect();
    if let Some(read) = &read {
        findings.extend(unknown_values(read, values.keys().map(String::as_str)));
    }
    Ok((read, findings))
}

/// As [`read`], for what is done with a whole dataflow only.
fn readable(file: &Path, values: &BTreeMap<String, String>, as_json: bool) -> Result<Read, Failure> {
    match read(file, values)? {
        (Some(read), findings) if findings.is_empty() => Ok(read),
        (read, mut findings) => {
            if let Some(read) = read {
                // All that is wrong is told at once.
                let checked = check(&read, &components(), &context(values.clone()), Purpose::Check);
                findings.extend(checked.findings);
                findings.sort_by_key(|finding| finding.place);
            }
            Err(cannot_run(file, &findings, as_json))
        }
    }
}

/// Prints what keeps a dataflow from being run; with `--json` it is in the error object, too.
fn cannot_run(file: &Path, findings: &[Finding], as_json: bool) -> Failure {
    tell(file, findings);
    let failure = Failure::usage(format!("{} cannot run as it is", file.display()));
    if as_json {
        let error = serde_json::json!({
            "message": failure.to_string(), "status": failure.status(), "findings": findings,
        });
        // The findings stand on standard error in any case.
        let _ = output::json(&serde_json::json!({ "error": error }));
    }
    failure
}

/// Prints findings on standard error.
fn tell(file: &Path, findings: &[Finding]) {
    for finding in findings {
        eprintln!("{}:{finding}", file.display());
    }
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
        log: Log::new(args.log.into(), |line| eprintln!("{}: {}: {line}", line.level.name(), line.step)),
        ..Context::new(jiff::Timestamp::now(), job, work)
    }
}

/// Checks a dataflow that is to run at once.
fn checked(read: &Read, context: &Context) -> Checked {
    check(read, &components(), context, Purpose::Run)
}

/// As [`checked`]; prints what is found, and gives the graph if nothing is wrong.
fn graph(file: &Path, read: &Read, context: &Context, as_json: bool) -> Result<Graph, Failure> {
    let checked = checked(read, context);
    match checked.graph {
        Some(graph) => {
            tell(file, &checked.findings);
            Ok(graph)
        }
        None => Err(cannot_run(file, &checked.findings, as_json)),
    }
}

/// What several records have failed for was said once; here is how many they are.
fn tell_repeated(log: &Log) {
    for one in log.repeated() {
        let (more, records) = (grouped(one.more), if one.more == 1 { "record" } else { "records" });
        eprintln!(
            "error: {}: {more} more {records} failed for the same reason as this: {}",
            one.step, one.text
        );
    }
}

/// The API key that `${apiKey}` stands for where no step speaks to a site.
fn api_key(site: Option<&Config>, access: &AccessArgs) -> Result<String, Failure> {
    match site {
        Some(site) => Ok(site.api_key.clone()),
        None => Ok(Settings::read(access)?.get("GIGYA_API_KEY").unwrap_or_default()),
    }
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

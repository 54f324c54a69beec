//! `crosswalk flow`

mod check;
mod components;
mod graph;
mod jobs;
mod run;
mod work;

use std::collections::BTreeMap;
use std::path::Path;

use ::dataflow::context::Context;
use ::dataflow::document::{Misshapen, Read};

pub(crate) use jobs::Jobs;

use crate::args::{FlowCommand, FlowSubcommand};
use crate::exit::{Failure, Status};

pub(crate) async fn run(args: FlowCommand) -> Result<Status, Failure> {
    match args.command {
        FlowSubcommand::Check(args) => check::run(&args),
        FlowSubcommand::Run(args) => run::run(args).await,
        FlowSubcommand::Graph(args) => graph::run(&args),
        FlowSubcommand::Components(args) => components::run(&args),
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

//! `crosswalk flow`

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{AccessArgs, CommonArgs};

#[derive(Debug, Args)]
pub(crate) struct FlowCommand {
    #[command(subcommand)]
    pub(crate) command: FlowSubcommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FlowSubcommand {
    /// Say everything that is wrong with a dataflow, each with its step and its place in the file
    Check(FlowCheckArgs),
    /// Run a dataflow once
    Run(FlowRunArgs),
    /// Run a dataflow on a few records and show what leaves each step; nothing is written
    Try(FlowTryArgs),
    /// Draw a dataflow
    Graph(FlowGraphArgs),
    /// Print a dataflow of Crosswalk's own
    Show(FlowShowArgs),
    /// Describe the components and their parameters
    Components(FlowComponentsArgs),
}

#[derive(Debug, Args)]
pub(crate) struct FlowShowArgs {
    /// Which: the migration that `crosswalk migrate` is without --flow
    #[arg(value_enum)]
    pub(crate) name: ShownFlow,
}

/// The dataflows of Crosswalk's own.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ShownFlow {
    /// Accounts of a site become users of an Auth0 database connection
    Default,
}

#[derive(Debug, Args)]
pub(crate) struct FlowCheckArgs {
    /// The dataflow: JSON as IdentitySync has it
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) set: SetArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FlowRunArgs {
    /// The dataflow: JSON as IdentitySync has it
    pub(crate) file: PathBuf,
    /// Most records that are read
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// The site of the steps that speak to Gigya: a data center or a URL; also GIGYA_DATA_CENTER
    #[arg(long, value_name = "SITE")]
    pub(crate) site: Option<String>,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    /// Read everything; without it readers of a site read what changed since lastRuntime, or in the last day
    #[arg(long, conflicts_with = "since")]
    pub(crate) full: bool,
    /// Read what changed since then: 2024-01-31T12:00:00Z
    #[arg(long, value_name = "TIME")]
    pub(crate) since: Option<jiff::Timestamp>,
    /// Do not ask before writing to a site that is not on this machine
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) job: JobArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FlowTryArgs {
    /// The dataflow: JSON as IdentitySync has it
    pub(crate) file: PathBuf,
    /// Most records that its readers give together; they are shown at each step, and are personal data
    #[arg(long, value_name = "N", default_value_t = dataflow::runner::trial::RECORDS)]
    pub(crate) records: u64,
    /// The site of the steps that speak to Gigya: a data center or a URL; also GIGYA_DATA_CENTER
    #[arg(long, value_name = "SITE")]
    pub(crate) site: Option<String>,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    /// A local folder in the place of a step's store
    #[arg(long = "store", value_name = "STEP=DIR", value_parser = store)]
    pub(crate) stores: Vec<(String, PathBuf)>,
    #[command(flatten)]
    pub(crate) set: SetArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// What a dataflow is given when it runs.
#[derive(Debug, Args)]
#[command(next_help_heading = "Dataflow")]
pub(crate) struct JobArgs {
    /// A local folder in the place of a step's store
    #[arg(long = "store", value_name = "STEP=DIR", value_parser = store)]
    pub(crate) stores: Vec<(String, PathBuf)>,
    /// What its steps tell on standard error; debug shows the first three records at each step, which are personal data
    #[arg(long, value_enum, default_value = "info")]
    pub(crate) log: LogLevel,
    #[command(flatten)]
    pub(crate) set: SetArgs,
}

/// How much a job tells.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogLevel {
    Error,
    Info,
    Debug,
}

impl From<LogLevel> for dataflow::log::Level {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Error => Self::Error,
            LogLevel::Info => Self::Info,
            LogLevel::Debug => Self::Debug,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct FlowGraphArgs {
    /// The dataflow: JSON as IdentitySync has it
    pub(crate) file: PathBuf,
    /// How it is drawn
    #[arg(long, value_enum, default_value = "mermaid")]
    pub(crate) format: GraphFormat,
    #[command(flatten)]
    pub(crate) set: SetArgs,
}

#[derive(Debug, Args)]
pub(crate) struct FlowComponentsArgs {
    /// Only those whose type holds this
    pub(crate) name: Option<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// How a dataflow is drawn.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum GraphFormat {
    /// Mermaid text
    Mermaid,
    /// A picture
    Svg,
}

#[derive(Debug, Args)]
pub(crate) struct SetArgs {
    /// Fills the slot {{NAME}} of a template, or the site variable <$NAME$>
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    values: Vec<(String, String)>,
}

impl SetArgs {
    /// Whether nothing was given.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Values by name; of those that are given twice the last counts.
    pub(crate) fn values(&self) -> BTreeMap<String, String> {
        self.values.iter().cloned().collect()
    }
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

pub(super) fn store(text: &str) -> Result<(String, PathBuf), String> {
    let (step, folder) = text.rsplit_once('=').ok_or("write it as STEP=DIR")?;
    Ok((step.to_owned(), folder.into()))
}

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
    /// Draw a dataflow
    Graph(FlowGraphArgs),
    /// Describe the components and their parameters
    Components(FlowComponentsArgs),
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
    /// A local folder in the place of a step's store
    #[arg(long = "store", value_name = "STEP=DIR", value_parser = store)]
    pub(crate) stores: Vec<(String, PathBuf)>,
    /// What is told on standard error; debug shows the first three records at each step, which are personal data
    #[arg(long, value_enum, default_value = "info")]
    pub(crate) log: LogLevel,
    #[command(flatten)]
    pub(crate) set: SetArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
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
    /// Values by name; of those that are given twice the last counts.
    pub(crate) fn values(&self) -> BTreeMap<String, String> {
        self.values.iter().cloned().collect()
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn store(text: &str) -> Result<(String, PathBuf), String> {
    let (step, folder) = text.rsplit_once('=').ok_or("write it as STEP=DIR")?;
    Ok((step.to_owned(), folder.into()))
}

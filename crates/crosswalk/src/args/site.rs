//! The local Gigya site.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::world::faults_help;
use super::{CommonArgs, ServerArgs, WorldArgs};

#[derive(Debug, Args)]
pub(crate) struct SiteCommand {
    #[command(subcommand)]
    pub(crate) command: SiteSubcommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SiteSubcommand {
    /// Serve the local site until SIGTERM or Ctrl-C
    #[command(after_help = faults_help(&site::FAULTS))]
    Serve(SiteServeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct SiteServeArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    #[command(flatten)]
    pub(crate) world: WorldArgs,
    /// Take calls as slowly as a site whose contract is for so many contacts: 5m, 10m, 20m, 50m or over50m; without it as
    /// fast as the machine is
    #[arg(long, value_name = "TIER")]
    pub(crate) pace: Option<site::Pace>,
    /// Take the accounts of these exports in first: files, folders or globs, in any format that migrate reads
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub(crate) import: Vec<String>,
    /// The data center that the site is in: eu1, us1, …, or a domain
    #[arg(long, value_name = "NAME", default_value = "eu1")]
    pub(crate) data_center: String,
    /// With --tls: a name in the certificate beside localhost, 127.0.0.1 and *.DATACENTER.gigya.com
    #[arg(long = "name", value_name = "NAME", requires = "tls")]
    pub(crate) names: Vec<String>,
    /// With --tls: also listen for plain HTTP, on this port
    #[arg(long, value_name = "P", requires = "tls")]
    pub(crate) plain_port: Option<u16>,
    /// Give no password hashes in searches, as sites do whose key lacks the permission
    #[arg(long)]
    pub(crate) no_search_passwords: bool,
    /// A local folder in the place of the store of a step, for the dataflows that schedulings run: DATAFLOW is the name or the
    /// id of the dataflow
    #[arg(long = "store", value_name = "DATAFLOW/STEP=DIR", value_parser = store)]
    pub(crate) stores: Vec<(String, PathBuf)>,
    /// What the site variable <$NAME$> means in its dataflows, while the site runs
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = super::dataflow::pair)]
    pub(crate) variables: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

fn store(text: &str) -> Result<(String, PathBuf), String> {
    super::dataflow::store(text)
        .ok()
        .filter(|(place, _)| place.contains('/'))
        .ok_or_else(|| "write it as DATAFLOW/STEP=DIR".to_owned())
}

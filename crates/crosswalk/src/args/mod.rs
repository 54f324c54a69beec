//! What was typed. Groups of options that several commands share have a file each.

mod dataflow;
mod page;
mod policy;
mod read;
mod site;
mod target;
mod world;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::dataflow::{
    FlowCheckArgs, FlowCommand, FlowComponentsArgs, FlowGraphArgs, FlowRunArgs, FlowShowArgs, FlowSubcommand,
    FlowTryArgs, GraphFormat, JobArgs, ShownFlow,
};
pub(crate) use page::PageArgs;
pub(crate) use policy::PolicyArgs;
pub(crate) use read::ReadArgs;
pub(crate) use site::{SiteCommand, SiteServeArgs, SiteSubcommand};
pub(crate) use target::{AccessArgs, BoundArgs, TargetArgs, TenantArgs};
pub(crate) use world::WorldArgs;

/// Moves the users of a Gigya site (SAP Customer Data Cloud) into an Auth0 database connection, passwords included.
#[derive(Debug, Parser)]
#[command(name = "crosswalk", version, max_term_width = 110, after_help = AFTER)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER: &str = "\
Environment: AUTH0_DOMAIN, AUTH0_CLIENT_ID, AUTH0_CLIENT_SECRET, AUTH0_ACCESS_TOKEN, AUTH0_CA; GIGYA_DATA_CENTER, \
GIGYA_API_KEY, GIGYA_USER_KEY, GIGYA_SECRET, GIGYA_PRIVATE_KEY (a file), GIGYA_CA; CROSSWALK_HOME (default \
./.crosswalk: tenant/, site/, runs/NAME/); NO_COLOR.

Exit status: 0 done, everything imported or accepted by code; 1 done, some set aside or failed; 2 wrong usage; 3 \
refused before anything was written; 4 stopped, can be resumed; 5 a bug.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Prepare and import: with no SOURCE the local site (the sample), with no target the local tenant
    Migrate(MigrateArgs),
    /// Say what would happen; writes nothing
    Check(CheckArgs),
    /// Prepare only: the users, in parts that Auth0 imports
    Convert(ConvertArgs),
    /// Import a prepared run, or any files of users (parts, Auth0's exports, CSV with Auth0's field names)
    Import(ImportArgs),
    /// Go on with an import that was interrupted
    Resume(RunArgs),
    /// Send users again: who failed at the tenant, and who was set aside and mended in the page
    Retry(RunArgs),
    /// Print the report of a run, and write its report.html anew
    Report(ReportArgs),
    /// Read users back and compare them, and try logins
    Prove(ProveArgs),
    /// Say how far users who were left for their first login have come (migrate --lazy leave)
    Lanes(LanesArgs),
    /// List the runs, or remove one
    Runs(RunsArgs),
    /// Print the default mapping
    Mapping(MappingArgs),
    /// Dataflows of IdentitySync: check, run, draw; the default migration as one; the components
    Flow(FlowCommand),
    /// Write a sample export
    Sample(SampleArgs),
    /// The local tenant
    Tenant(TenantCommand),
    /// The local Gigya site
    Site(SiteCommand),
    /// The page: the whole migration in a browser
    Serve(PageArgs),
    /// Measure
    Bench(BenchCommand),
}

#[derive(Debug, Args)]
pub(crate) struct MigrateArgs {
    /// A file, folder, glob, - for standard input, or a live site: gigya:DATACENTER, gigya:URL; without it the local site, which is filled with the sample
    pub(crate) source: Option<String>,
    /// Run this dataflow, which ends in datasource.write.auth0.users, instead of `crosswalk flow show default`; SOURCE is the site of its steps
    #[arg(long, value_name = "FILE", conflicts_with = "mapping")]
    pub(crate) flow: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) job: JobArgs,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    /// NDJSON {"login","password"}: each login is tried once; wrong passwords are tried against local tenants only
    #[arg(long, value_name = "FILE")]
    pub(crate) logins: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) run: NewRunArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// A file, folder, glob, - for standard input, or a live site: gigya:DATACENTER, gigya:URL
    pub(crate) source: String,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) tenant: TenantArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// A file, folder, glob, - for standard input, or a live site: gigya:DATACENTER, gigya:URL
    pub(crate) source: String,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    #[command(flatten)]
    pub(crate) run: NewRunArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The folder of a prepared run, or files of users
    #[arg(required = true, value_name = "DIR|FILE")]
    pub(crate) sources: Vec<String>,
    #[command(flatten)]
    pub(crate) read: ReadArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) run: NewRunArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// A name under the home's runs/, or a path
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) tenant: BoundArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// A name under the home's runs/, or a path
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// A name under the home's runs/, or a path
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Read every user back, not a sample
    #[arg(long)]
    pub(crate) all: bool,
    /// NDJSON {"login","password"}: each login is tried once; wrong passwords are tried against local tenants only
    #[arg(long, value_name = "FILE")]
    pub(crate) logins: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) tenant: BoundArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct LanesArgs {
    /// A name under the home's runs/, or a path
    #[arg(value_name = "RUN")]
    pub(crate) run: String,
    /// Replace the connection's scripts by those that Auth0 recommends at the end: import mode stays on, and the site is
    /// asked no more
    #[arg(long)]
    pub(crate) finish: bool,
    /// Finish at a tenant that is not on this machine without being asked
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) tenant: TenantArgs,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    /// Remove the folder of a run, with everything in it
    #[arg(long, value_name = "RUN")]
    pub(crate) purge: Option<String>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

#[derive(Debug, Args)]
pub(crate) struct MappingArgs {
    /// Print the JSON Schema of a mapping instead
    #[arg(long)]
    pub(crate) schema: bool,
}

/// How the sample stands in its file.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum SampleFormat {
    Array,
    Ndjson,
}

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    /// Accounts to write
    #[arg(long, default_value_t = 2000)]
    pub(crate) accounts: u64,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    #[arg(long, value_enum, default_value = "array")]
    pub(crate) format: SampleFormat,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// Also write the logins that must succeed: NDJSON {"login","password"}
    #[arg(long, value_name = "FILE")]
    pub(crate) logins: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct TenantCommand {
    #[command(subcommand)]
    pub(crate) command: TenantSubcommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TenantSubcommand {
    /// Serve the local tenant until SIGTERM or Ctrl-C
    #[command(after_help = world::faults_help(&tenant::FAULTS))]
    Serve(ServeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    #[command(flatten)]
    pub(crate) world: WorldArgs,
    /// Take requests and import users as slowly as a tenant of this plan: free, essentials, professional, enterprise or
    /// enterprise-nonprod; without it as fast as the machine is
    #[arg(long, value_name = "TIER")]
    pub(crate) pace: Option<tenant::Pace>,
    /// A host that custom database scripts may reach with fetch, beside this machine: HOST, HOST:PORT or *.DOMAIN
    #[arg(long = "allow-host", value_name = "HOST")]
    pub(crate) hosts: Vec<tenant::AllowedHost>,
    /// A root certificate (PEM) that their fetch trusts beside the usual ones
    #[arg(long, value_name = "FILE")]
    pub(crate) script_ca: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

/// Where a local world keeps its data and listens.
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    /// The data folder
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The port; 0 takes any that is free
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// Speak TLS with a certificate of the data folder's own test CA
    #[arg(long)]
    pub(crate) tls: bool,
    /// The address to listen on; anything but loopback lets others in
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1")]
    pub(crate) listen: std::net::IpAddr,
}

#[derive(Debug, Args)]
pub(crate) struct BenchCommand {
    #[command(subcommand)]
    pub(crate) command: BenchSubcommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum BenchSubcommand {
    /// The yardstick: one validating skip over every line of an NDJSON file
    Floor {
        /// The file
        file: PathBuf,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewRunArgs {
    /// The folder of the run: a name under the home's runs/, or a path; default a new dated one
    #[arg(long = "run", value_name = "NAME|DIR")]
    pub(crate) name: Option<String>,
    /// The folder of the run, as a path
    #[arg(short = 'o', value_name = "DIR", conflicts_with = "name")]
    pub(crate) path: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct CommonArgs {
    /// Print exactly one JSON object on standard output
    #[arg(long)]
    pub(crate) json: bool,
}

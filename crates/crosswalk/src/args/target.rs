//! The tenant, and what is done there.

use std::path::PathBuf;

use clap::Args;

/// How the other side is reached, tenant or site.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Access")]
pub(crate) struct AccessArgs {
    /// An extra root certificate (PEM) for tenant and site; also AUTH0_CA, GIGYA_CA
    #[arg(long, value_name = "FILE")]
    pub(crate) ca: Option<PathBuf>,
    /// Lines KEY=value with the names of the environment variables
    #[arg(long, value_name = "FILE")]
    pub(crate) credentials: Option<PathBuf>,
}

/// Which tenant, and who we are there.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Tenant")]
pub(crate) struct TenantArgs {
    /// Domain, host:port or URL of the tenant; default AUTH0_DOMAIN, else the local tenant
    #[arg(long, value_name = "TENANT")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    /// The database connection; default gigya
    #[arg(long, value_name = "NAME")]
    pub(crate) connection: Option<String>,
}

/// The tenant of a run, which knows where it went.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Tenant")]
pub(crate) struct BoundArgs {
    /// Where the tenant of the run is reached (domain, host:port or URL), if that has changed; another tenant is refused
    #[arg(long, value_name = "TENANT")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    /// The database connection of the run, which need not be said; another is refused
    #[arg(long, value_name = "NAME")]
    pub(crate) connection: Option<String>,
}

/// Everything about an import.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tenant")]
pub(crate) struct TargetArgs {
    #[command(flatten)]
    pub(crate) tenant: TenantArgs,
    /// An application that shall use the connection, found or created; default the calling one
    #[arg(long = "application", value_name = "NAME")]
    pub(crate) applications: Vec<String>,
    /// Change users who are there already
    #[arg(long)]
    pub(crate) upsert: bool,
    /// Do not ask before writing to a tenant that is not on this machine
    #[arg(long)]
    pub(crate) yes: bool,
}

//! The page.

use std::net::{IpAddr, Ipv4Addr};

use clap::Args;

use super::{AccessArgs, CommonArgs};

#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// Domain, host:port or URL of the tenant that is meant at the start; default AUTH0_DOMAIN, else the local tenant
    #[arg(long, value_name = "TENANT")]
    pub(crate) to: Option<String>,
    #[command(flatten)]
    pub(crate) access: AccessArgs,
    /// The port; default 4400, or any that is free when it is taken; 0 takes any that is free
    #[arg(long, value_name = "P")]
    pub(crate) port: Option<u16>,
    /// The address to listen on; anything but loopback must be asked for in so many words
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) listen: IpAddr,
    #[command(flatten)]
    pub(crate) common: CommonArgs,
}

//! Custom databases: connections whose users are asked for by scripts.
//!
//! With `options.import_mode` (trickle migration) a user who is not in the tenant's store is looked for with the script
//! `login` at a login, and with `get_user` before a sign-up, the creation of a user or a reset of a password; whoever is
//! found comes into the store, and the scripts are not asked about that person again. Without it the scripts are the
//! database: the store keeps the profiles only, every password goes to `login`, and `create`, `verify`,
//! `change_password` and `delete` do what their names say.
//!
//! Source: Auth0, "Custom Database Connections", "Custom Database Action Script Templates", "Configure Automatic Migration
//! from Your Database".

mod database;
mod failure;
mod fetch;
mod log;
mod profile;
mod run;
mod script;
mod store;

pub(crate) use database::{CustomDatabase, Found};
pub(crate) use failure::ScriptFailure;
pub(crate) use fetch::Outside;
pub(crate) use log::Logs;

pub use fetch::{AllowedHost, AllowedHostError};

use std::time::Duration;

/// What custom database scripts may use and reach.
#[derive(Debug, Clone)]
pub struct ScriptOptions {
    /// Hosts that `fetch` may reach beside this machine.
    pub hosts: Vec<AllowedHost>,
    /// A root certificate (PEM) that `fetch` trusts beside the usual ones.
    pub ca: Option<std::path::PathBuf>,
    /// How long a script may take from its call to its callback. At Auth0 about 20 s.
    pub time: Duration,
    /// Bytes of its heap. Auth0's limit is not known.
    pub memory: usize,
}

impl Default for ScriptOptions {
    /// This machine only, 20 s, 128 MiB.
    fn default() -> Self {
        Self { hosts: Vec::new(), ca: None, time: Duration::from_secs(20), memory: 128 << 20 }
    }
}

//! `datasource.read.ftp` and `datasource.write.ftp`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{SortBy, SortOrder, Wanted, read};
use super::writing::write;
use super::{Address, place_of, store_of};
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;
#[cfg(feature = "stores")]
use crate::stores::{Ftp, SharedStore};

/// Where an FTP server is, and who we are there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(not(feature = "stores"), expect(dead_code, reason = "only the stores need to know"))]
struct Server {
    /// The server's name.
    host: String,
    /// Its port.
    #[serde(default = "port")]
    port: u16,
    /// Who logs in.
    username: String,
    /// The password.
    #[serde(default)]
    password: Secret,
    /// The folder at the server; that of the login without it.
    #[serde(default)]
    remote_path: String,
    /// Seconds that the server may take for one answer, or for the next bytes of a file.
    #[serde(default = "timeout")]
    timeout: u64,
}

fn port() -> u16 {
    21
}

fn timeout() -> u64 {
    60
}

impl Address for Server {
    #[cfg(not(feature = "stores"))]
    const KIND: &'static str = "FTP";

    #[cfg(feature = "stores")]
    fn store(&self) -> Result<SharedStore, String> {
        Ok(Ftp {
            host: self.host.clone(),
            port: self.port,
            username: self.username.clone(),
            password: self.password.clone(),
            folder: self.remote_path.clone(),
            timeout: std::time::Duration::from_secs(self.timeout.max(1)),
        }
        .into())
    }
}

/// Reads files from a folder of an FTP server, in passive mode and without TLS.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadFtp {
    #[serde(flatten)]
    server: Server,
    /// A regular expression that the whole name of a file has to match; all files without it.
    #[serde(default)]
    file_name_regex: Option<String>,
    /// By what the files are put in order.
    #[serde(default)]
    sort_by: SortBy,
    /// In which order.
    #[serde(default)]
    sort_order: SortOrder,
}

impl Component for ReadFtp {
    const TYPE: &'static str = "datasource.read.ftp";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let wanted = Wanted::named(self.file_name_regex.as_deref())?;
        let wanted = Wanted { by: self.sort_by, order: self.sort_order, ..wanted };
        read(setup, store_of(setup, &self.server)?, wanted)
    }
}

/// Writes files to a folder of an FTP server, in passive mode and without TLS. The folder has to be there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteFtp {
    #[serde(flatten)]
    server: Server,
    /// Adds `.tmp` to the name of a file until it is whole; else its name is `.NAME.part` so long.
    #[serde(default)]
    temporary_upload_extension: bool,
}

impl Component for WriteFtp {
    const TYPE: &'static str = "datasource.write.ftp";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        write(setup, place_of(setup, &self.server)?, self.temporary_upload_extension.then_some(".tmp"))
    }
}

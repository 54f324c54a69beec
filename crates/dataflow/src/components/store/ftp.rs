//! `datasource.read.ftp` and `datasource.write.ftp`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{SortBy, SortOrder, Wanted, read};
use super::store_of;
use super::writing::write;
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;

/// Where an FTP server is, and who we are there.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "a folder stands in the place of the store")]
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
}

fn port() -> u16 {
    21
}

/// Reads files from a folder of an FTP server.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadFtp {
    #[serde(flatten)]
    #[expect(dead_code, reason = "a folder stands in the place of the store")]
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
        read(setup, store_of(setup, "FTP"), wanted)
    }
}

/// Writes files to a folder of an FTP server.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteFtp {
    #[serde(flatten)]
    #[expect(dead_code, reason = "a folder stands in the place of the store")]
    server: Server,
    /// Adds `.tmp` to the name of a file until it is whole.
    #[serde(default)]
    temporary_upload_extension: bool,
}

impl Component for WriteFtp {
    const TYPE: &'static str = "datasource.write.ftp";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        write(store_of(setup, "FTP"), self.temporary_upload_extension.then_some(".tmp"))
    }
}

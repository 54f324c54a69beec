//! `datasource.read.ftp` and `datasource.write.ftp`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{SortBy, SortOrder, Wanted, read};
use super::writing::write;
use super::{Address, store_of};
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;
use crate::stores::SharedStore;

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
}

fn port() -> u16 {
    21
}

impl Address for Server {
    #[cfg(feature = "stores")]
    fn store(&self, _: &str) -> Result<SharedStore, String> {
        let Self { host, port, .. } = self;
        let folder = self.remote_path.trim_end_matches('/');
        let builder = opendal::services::Ftp::default()
            .endpoint(&format!("ftp://{host}:{port}"))
            .user(&self.username)
            .password(self.password.expose())
            .root(if folder.is_empty() { "/" } else { folder });
        crate::stores::Objects::folder(builder)
    }

    #[cfg(not(feature = "stores"))]
    fn store(&self, step: &str) -> Result<SharedStore, String> {
        Ok(std::sync::Arc::new(crate::stores::NotBuilt::new(step, "FTP")))
    }
}

/// Reads files from a folder of an FTP server.
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

/// Writes files to a folder of an FTP server.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteFtp {
    #[serde(flatten)]
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
        write(store_of(setup, &self.server)?, self.temporary_upload_extension.then_some(".tmp"))
    }
}

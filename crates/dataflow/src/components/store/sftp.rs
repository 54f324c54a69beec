//! `datasource.read.sftp` and `datasource.write.sftp`

use schemars::JsonSchema;
use serde::Deserialize;

use super::reading::{SortBy, SortOrder, Wanted, read};
use super::writing::write;
use super::{Address, place_of, store_of};
use crate::component::{Built, Component, Kind, Setup};
use crate::secret::Secret;
#[cfg(feature = "stores")]
use crate::stores::{Sftp, SharedStore};

/// Where an SFTP server is, and who we are there.
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
    /// The password; not needed with a private key.
    #[serde(default)]
    password: Secret,
    /// A private key in PEM or OpenSSH format, without a passphrase, instead of a password.
    #[serde(default)]
    private_key: Secret,
    /// The folder at the server; that of the login without it.
    #[serde(default)]
    remote_path: String,
    /// Seconds that the server may take for one answer.
    #[serde(default = "timeout")]
    timeout: u64,
    /// The fingerprint of the server's key, as `ssh-keygen -l` prints it: `SHA256:…`. Without it the key has to stand in
    /// the file of known hosts. Gigya has no such parameter.
    #[serde(default)]
    host_key: String,
    /// The file with the keys of the servers that are known, as ssh keeps it; `~/.ssh/known_hosts` without it. Gigya has no
    /// such parameter.
    #[serde(default)]
    known_hosts: String,
}

fn port() -> u16 {
    22
}

fn timeout() -> u64 {
    60
}

impl Address for Server {
    #[cfg(not(feature = "stores"))]
    const KIND: &'static str = "SFTP";

    #[cfg(feature = "stores")]
    fn store(&self) -> Result<SharedStore, String> {
        Ok(Sftp {
            host: self.host.clone(),
            port: self.port,
            username: self.username.clone(),
            password: self.password.clone(),
            private_key: self.private_key.clone(),
            folder: self.remote_path.clone(),
            timeout: std::time::Duration::from_secs(self.timeout.max(1)),
            host_key: self.host_key.clone(),
            known_hosts: (!self.known_hosts.is_empty()).then(|| self.known_hosts.clone().into()),
        }
        .into())
    }
}

/// Reads files from a folder of an SFTP server.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadSftp {
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

impl Component for ReadSftp {
    const TYPE: &'static str = "datasource.read.sftp";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let wanted = Wanted::named(self.file_name_regex.as_deref())?;
        let wanted = Wanted { by: self.sort_by, order: self.sort_order, ..wanted };
        read(setup, store_of(setup, &self.server)?, wanted)
    }
}

/// Writes files to a folder of an SFTP server.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteSftp {
    #[serde(flatten)]
    server: Server,
    /// Adds `.tmp` to the name of a file until it is whole; else its name is `.NAME.part` so long.
    #[serde(default)]
    temporary_upload_extension: bool,
}

impl Component for WriteSftp {
    const TYPE: &'static str = "datasource.write.sftp";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        write(setup, place_of(setup, &self.server)?, self.temporary_upload_extension.then_some(".tmp"))
    }
}

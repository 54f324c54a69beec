//! A folder of an SFTP server.

mod connection;
mod host_key;

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use russh_sftp::client::error::Error;
use russh_sftp::protocol::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{Entry, SharedStore, Store, is_hidden, plain_name, unfinished};
use crate::fault::Fault;
use crate::file::{File, FileWriter};
use crate::secret::Secret;

/// Bytes that are handed on at a time. The requests that they become are in flight together.
const CHUNK: usize = 1 << 18;

/// A folder of an SFTP server. It logs in for each list and each file, since hours may lie between two files of a job.
/// A file is sent under another name and renamed when the server has said that it has all of it.
#[derive(Clone, Debug)]
pub struct Sftp {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who logs in.
    pub username: String,
    /// The password, if there is no private key.
    pub password: Secret,
    /// The private key, PEM or OpenSSH, without a passphrase.
    pub private_key: Secret,
    /// The folder; that of the login when it is empty.
    pub folder: String,
    /// How long the server may take for one answer.
    pub timeout: Duration,
    /// `SHA256:…` of the server's key; when it is empty the key has to stand in the file of known hosts.
    pub host_key: String,
    /// The file of known hosts; `~/.ssh/known_hosts` without it.
    pub known_hosts: Option<PathBuf>,
}

impl From<Sftp> for SharedStore {
    fn from(sftp: Sftp) -> Self {
        Arc::new(sftp)
    }
}

impl Sftp {
    fn path(&self, name: &str) -> String {
        match self.folder.as_str() {
            "" => name.to_owned(),
            folder => format!("{}/{name}", folder.trim_end_matches('/')),
        }
    }

    async fn listed(&self) -> Result<Vec<Entry>, Fault> {
        let connection = self.connect().await?;
        let folder = if self.folder.is_empty() { "." } else { &self.folder };
        let found = connection.sftp.read_dir(folder).await.map_err(|error| self.told("list", &error))?;
        let mut entries = Vec::new();
        for entry in found {
            let name = entry.file_name();
            if name.contains('/') {
                return Err(Fault::lasting(format!(
                    "{}:{} lists {name:?}, which is no name of a file",
                    self.host, self.port
                )));
            }
            if entry.file_type().is_file() && !is_hidden(&name) {
                let modified =
                    entry.metadata().mtime.and_then(|time| Timestamp::from_second(time.into()).ok());
                entries.push(Entry { name, modified });
            }
        }
        Ok(entries)
    }

    async fn fetched(&self, name: &str, mut writer: FileWriter) -> Result<File, Fault> {
        let connection = self.connect().await?;
        let opened = connection.sftp.open(self.path(name)).await;
        let mut file = opened.map_err(|error| self.told(name, &error))?;
        let mut buffer = vec![0; CHUNK];
        loop {
            match file.read(&mut buffer).await.map_err(|error| self.cut(name, &error))? {
                0 => break,
                count => writer.write_all(buffer.get(..count).unwrap_or_default())?,
            }
        }
        Ok(writer.finish()?)
    }

    async fn sent(&self, file: &File, temporary: Option<&str>) -> Result<(), Fault> {
        let name = plain_name(file)?;
        let (first, path) = (self.path(&unfinished(name, temporary)), self.path(name));
        let connection = self.connect().await?;
        let sftp = &connection.sftp;
        let told = |error| self.told(name, &error);
        let mut remote = sftp.create(&first).await.map_err(told)?;
        let mut reader = file.reader();
        loop {
            let chunk = reader.chunk(CHUNK)?;
            if chunk.is_empty() {
                break;
            }
            remote.write_all(&chunk).await.map_err(|error| self.cut(name, &error))?;
        }
        // What was written is acknowledged by the time that the file is closed.
        remote.close().await.map_err(|error| self.cut(name, &error))?;
        // Renaming does not replace what is there.
        match sftp.rename(&first, &path).await {
            Err(refused) if sftp.remove_file(&path).await.is_err() => Err(told(refused)),
            Err(_) => sftp.rename(&first, &path).await.map_err(told),
            Ok(()) => Ok(()),
        }
    }

    /// What the server said about `what`.
    fn told(&self, what: &str, error: &Error) -> Fault {
        let Self { host, port, folder, .. } = self;
        let place = format!("{host}:{port}, folder {folder:?}: {what}");
        match error {
            Error::Status(status) => {
                let advice = match status.status_code {
                    StatusCode::NoSuchFile => "; check remotePath",
                    StatusCode::PermissionDenied => "; check what the login may do there",
                    _ => "",
                };
                Fault::lasting(format!("{place}: {}{advice}", status.error_message))
            }
            Error::Timeout => {
                Fault::passing(format!("{place}: no answer within {} s", self.timeout.as_secs()))
            }
            error => Fault::passing(format!("{place}: {error}")),
        }
    }

    /// A transfer that came to no end.
    fn cut(&self, name: &str, error: &io::Error) -> Fault {
        Fault::passing(format!("{}:{}, folder {:?}: {name}: {error}", self.host, self.port, self.folder))
    }
}

impl Store for Sftp {
    fn list(&self) -> BoxFuture<'_, Result<Vec<Entry>, Fault>> {
        Box::pin(self.listed())
    }

    fn read<'a>(&'a self, name: &'a str, writer: FileWriter) -> BoxFuture<'a, Result<File, Fault>> {
        Box::pin(self.fetched(name, writer))
    }

    fn write<'a>(&'a self, file: &'a File, temporary: Option<&'a str>) -> BoxFuture<'a, Result<(), Fault>> {
        Box::pin(self.sent(file, temporary))
    }
}

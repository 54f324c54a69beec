//! A folder of an SFTP server.

use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use russh::client::{self, Handle};
use russh::keys::known_hosts::check_known_hosts;
use russh::keys::{HashAlg, PrivateKeyWithHashAlg, PublicKeyOrCertificate, decode_secret_key};
use russh_sftp::client::SftpSession;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{CHUNK, Entry, Store, plain_name};
use crate::fault::Fault;
use crate::file::{File, FileWriter};
use crate::secret::Secret;

/// Where an SFTP server is and who we are there.
#[derive(Clone, Debug)]
pub struct Login {
    /// The server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Who logs in.
    pub username: String,
    /// The password, if there is no private key.
    pub password: Secret,
    /// The private key, PEM or OpenSSH.
    pub private_key: Secret,
    /// The folder; that of the login when it is empty.
    pub folder: String,
    /// How long the server may take for one answer.
    pub timeout: Duration,
    /// `SHA256:…` of the server's key; empty: it has to stand in `~/.ssh/known_hosts`.
    pub host_key: String,
}

/// A folder of an SFTP server. It logs in for each list and each file, since hours may lie between two files of a job.
#[derive(Clone, Debug)]
pub struct Sftp(Arc<Login>);

struct Connection {
    sftp: SftpSession,
    // Ends the connection when it goes.
    _session: Handle<Guard>,
}

/// Looks at the server's key before anything is said to it.
struct Guard {
    login: Arc<Login>,
}

impl client::Handler for Guard {
    type Error = GuardError;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, GuardError> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = key else { return Err(GuardError::Certificate) };
        let shown = key.fingerprint(HashAlg::Sha256).to_string();
        let Login { host, port, host_key, .. } = &*self.login;
        if !host_key.is_empty() {
            return if *host_key == shown { Ok(true) } else { Err(GuardError::Other { shown }) };
        }
        match check_known_hosts(host, *port, key) {
            Ok(true) => Ok(true),
            Err(russh::keys::Error::KeyChanged { line }) => Err(GuardError::Changed { shown, line }),
            _ => Err(GuardError::Unknown { shown }),
        }
    }
}

/// Why a server is not talked to.
#[derive(Debug, thiserror::Error)]
enum GuardError {
    #[error(
        "its key {shown} is not known; compare it, then give it as hostKey or add it to ~/.ssh/known_hosts"
    )]
    Unknown { shown: String },
    #[error("its key is {shown}, not the one of hostKey: it may be another machine")]
    Other { shown: String },
    #[error(
        "its key is {shown}, not the one in line {line} of ~/.ssh/known_hosts: it may be another machine"
    )]
    Changed { shown: String, line: usize },
    #[error("it shows a certificate in the place of a key, which is not supported")]
    Certificate,
    #[error(transparent)]
    Ssh(#[from] russh::Error),
}

impl Sftp {
    /// The folder that the login means.
    #[must_use]
    pub fn new(login: Login) -> Self {
        Self(Arc::new(login))
    }

    async fn connect(&self) -> Result<Connection, Fault> {
        let Login { host, port, username, timeout, .. } = &*self.0;
        let config = client::Config { inactivity_timeout: Some(*timeout), ..client::Config::default() };
        let guard = Guard { login: self.0.clone() };
        let connecting = client::connect(Arc::new(config), (host.as_str(), *port), guard);
        let mut session = tokio::time::timeout(*timeout, connecting)
            .await
            .map_err(|_| {
                Fault::passing(format!("{host}:{port} does not answer within {} s", timeout.as_secs()))
            })?
            .map_err(|error| match error {
                GuardError::Ssh(error) => Fault::passing(format!("{host}:{port}: {error}")),
                told => Fault::lasting(format!("{host}:{port} is not talked to: {told}")),
            })?;
        if !self.log_in(&mut session).await? {
            return Err(Fault::lasting(format!(
                "{host}:{port} refuses the login of {username}; check username, password and privateKey"
            )));
        }
        let told = |error: russh::Error| Fault::passing(format!("{host}:{port}: {error}"));
        let channel = session.channel_open_session().await.map_err(told)?;
        channel.request_subsystem(true, "sftp").await.map_err(told)?;
        let sftp = SftpSession::new(channel.into_stream()).await.map_err(|error| self.told(&error))?;
        sftp.set_timeout(timeout.as_secs());
        Ok(Connection { sftp, _session: session })
    }

    async fn log_in(&self, session: &mut Handle<Guard>) -> Result<bool, Fault> {
        let Login { username, password, private_key, .. } = &*self.0;
        let told = |error: russh::Error| Fault::passing(error.to_string());
        let result = if private_key.is_given() {
            let key = decode_secret_key(private_key.expose(), None)
                .map_err(|error| Fault::lasting(format!("privateKey: {error}")))?;
            let hash = session.best_supported_rsa_hash().await.map_err(told)?.flatten();
            let key = PrivateKeyWithHashAlg::new(Arc::new(key), hash);
            session.authenticate_publickey(username, key).await
        } else {
            session.authenticate_password(username, password.expose()).await
        };
        Ok(result.map_err(told)?.success())
    }

    fn path(&self, name: &str) -> String {
        match self.0.folder.as_str() {
            "" => name.to_owned(),
            folder => format!("{}/{name}", folder.trim_end_matches('/')),
        }
    }

    fn told(&self, error: &russh_sftp::client::error::Error) -> Fault {
        Fault::lasting(format!("{}:{}{}: {error}", self.0.host, self.0.port, slash(&self.0.folder)))
    }

    async fn listed(&self) -> Result<Vec<Entry>, Fault> {
        let connection = self.connect().await?;
        let folder = if self.0.folder.is_empty() { "." } else { &self.0.folder };
        let found = connection.sftp.read_dir(folder).await.map_err(|error| self.told(&error))?;
        let plain = found.filter(|entry| entry.file_type().is_file());
        Ok(plain
            .map(|entry| Entry {
                name: entry.file_name(),
                modified: entry.metadata().mtime.and_then(|time| Timestamp::from_second(time.into()).ok()),
            })
            .collect())
    }

    async fn fetched(&self, name: &str, mut writer: FileWriter) -> Result<File, Fault> {
        if name.contains('/') {
            return Err(Fault::lasting(format!("the server lists {name:?}, which is no name of a file")));
        }
        let connection = self.connect().await?;
        let mut file = connection.sftp.open(self.path(name)).await.map_err(|error| self.told(&error))?;
        let mut buffer = vec![0; CHUNK];
        loop {
            let count = file.read(&mut buffer).await.map_err(|error| passing(name, &error))?;
            match buffer.get(..count) {
                Some(bytes) if count > 0 => writer.write_all(bytes)?,
                _ => break,
            }
        }
        Ok(writer.finish()?)
    }

    async fn sent(&self, file: &File, temporary: Option<&str>) -> Result<(), Fault> {
        let name = plain_name(file)?;
        let path = self.path(name);
        let first = temporary.map_or_else(|| path.clone(), |ending| format!("{path}{ending}"));
        let connection = self.connect().await?;
        let sftp = &connection.sftp;
        let told = |error| self.told(&error);
        let mut remote = sftp.create(&first).await.map_err(told)?;
        let mut reader = file.reader();
        loop {
            let chunk = reader.chunk(CHUNK)?;
            if chunk.is_empty() {
                break;
            }
            remote.write_all(&chunk).await.map_err(|error| passing(name, &error))?;
        }
        remote.shutdown().await.map_err(|error| passing(name, &error))?;
        if first != path {
            // Renaming does not replace what is there.
            if sftp.try_exists(&path).await.map_err(told)? {
                sftp.remove_file(&path).await.map_err(told)?;
            }
            sftp.rename(&first, &path).await.map_err(told)?;
        }
        Ok(())
    }
}

fn slash(folder: &str) -> String {
    if folder.starts_with('/') { folder.to_owned() } else { format!("/{folder}") }
}

fn passing(name: &str, error: &std::io::Error) -> Fault {
    Fault::passing(format!("{name}: {error}"))
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

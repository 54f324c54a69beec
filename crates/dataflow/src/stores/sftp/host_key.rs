//! Whether the server is the one that is meant.

use std::path::PathBuf;

use russh::client::Handler;
use russh::keys::known_hosts::check_known_hosts_path;
use russh::keys::{Error, HashAlg, PublicKeyOrCertificate};

use super::Sftp;

/// Looks at the server's key before anything is said to it.
pub(super) struct Guard {
    host: String,
    port: u16,
    host_key: String,
    known_hosts: Option<PathBuf>,
}

/// Why a server is not spoken to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Distrust {
    #[error(
        "its key {shown} is not known. Ask who runs it for the fingerprint; if it is this one, set the parameter hostKey \
         to it, or add the server to {known_hosts} (`ssh-keyscan -p {port} {host}`)"
    )]
    Unknown { shown: String, known_hosts: String, host: String, port: u16 },
    #[error("its key is {shown}, not the one of hostKey: it may be another machine. Ask who runs it")]
    Other { shown: String },
    #[error(
        "its key is {shown}, not the one in line {line} of {known_hosts}: it may be another machine. Ask who runs it"
    )]
    Changed { shown: String, known_hosts: String, line: usize },
    #[error("it shows a certificate in the place of a key, which is not supported")]
    Certificate,
    #[error(transparent)]
    Ssh(#[from] russh::Error),
}

impl Guard {
    pub(super) fn of(server: &Sftp) -> Self {
        let usual = || Some(std::env::home_dir()?.join(".ssh/known_hosts"));
        Self {
            host: server.host.clone(),
            port: server.port,
            host_key: server.host_key.clone(),
            known_hosts: server.known_hosts.clone().or_else(usual),
        }
    }
}

impl Handler for Guard {
    type Error = Distrust;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Distrust> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = key else { return Err(Distrust::Certificate) };
        let shown = key.fingerprint(HashAlg::Sha256).to_string();
        let Self { host, port, .. } = self;
        if !self.host_key.is_empty() {
            return if self.host_key == shown { Ok(true) } else { Err(Distrust::Other { shown }) };
        }
        let path = self.known_hosts.clone().unwrap_or_default();
        let known_hosts = path.display().to_string();
        match check_known_hosts_path(host, *port, key, &path) {
            Ok(true) => Ok(true),
            Err(Error::KeyChanged { line }) => Err(Distrust::Changed { shown, known_hosts, line }),
            // Not in the file, or no file.
            _ => Err(Distrust::Unknown { shown, known_hosts, host: host.clone(), port: *port }),
        }
    }
}

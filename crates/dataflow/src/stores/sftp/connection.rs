//! How a session begins: the connection, the server's key, the login.

use std::sync::Arc;

use russh::client::{Config, Handle, KeyboardInteractiveAuthResponse, connect};
use russh::keys::{PrivateKeyWithHashAlg, decode_secret_key};
use russh_sftp::client::SftpSession;

use super::Sftp;
use super::host_key::{Distrust, Guard};
use crate::fault::Fault;

/// A server that was logged in to.
pub(super) struct Connection {
    pub(super) sftp: SftpSession,
    /// Ends the connection when it goes.
    _session: Handle<Guard>,
}

impl Sftp {
    pub(super) async fn connect(&self) -> Result<Connection, Fault> {
        let seconds = self.timeout.as_secs();
        // Nobody waits for ever, neither here nor in a transfer.
        tokio::time::timeout(self.timeout, self.connected()).await.map_err(|_| {
            Fault::passing(format!("{}:{} does not answer within {seconds} s", self.host, self.port))
        })?
    }

    async fn connected(&self) -> Result<Connection, Fault> {
        let Self { host, port, username, timeout, .. } = self;
        let config = Config { inactivity_timeout: Some(*timeout), nodelay: true, ..Config::default() };
        let connecting = connect(Arc::new(config), (host.as_str(), *port), Guard::of(self)).await;
        let mut session = connecting.map_err(|error| match error {
            Distrust::Ssh(error) => Fault::passing(format!(
                "{host}:{port}: {error}; check host and port, and that the server can be reached from here"
            )),
            distrust => Fault::lasting(format!("{host}:{port} is not spoken to: {distrust}")),
        })?;
        let told = |error: russh::Error| Fault::passing(format!("{host}:{port}: {error}"));
        if !self.logged_in(&mut session).await? {
            let proof = if self.private_key.is_given() { "privateKey" } else { "password" };
            return Err(Fault::lasting(format!(
                "{host}:{port} refuses the login of {username}; check username and {proof}"
            )));
        }
        let channel = session.channel_open_session().await.map_err(told)?;
        channel.request_subsystem(true, "sftp").await.map_err(told)?;
        let sftp =
            SftpSession::new(channel.into_stream()).await.map_err(|error| self.told("sftp", &error))?;
        sftp.set_timeout(timeout.as_secs());
        Ok(Connection { sftp, _session: session })
    }

    async fn logged_in(&self, session: &mut Handle<Guard>) -> Result<bool, Fault> {
        let Self { username, password, private_key, .. } = self;
        let told = |error: russh::Error| {
            Fault::passing(format!("{}:{}, at the login of {username}: {error}", self.host, self.port))
        };
        if private_key.is_given() {
            let key = decode_secret_key(private_key.expose(), None).map_err(|_| {
                Fault::lasting("privateKey is no private key in PEM or OpenSSH format without a passphrase")
            })?;
            let hash = session.best_supported_rsa_hash().await.map_err(told)?.flatten();
            let key = PrivateKeyWithHashAlg::new(Arc::new(key), hash);
            return Ok(session.authenticate_publickey(username, key).await.map_err(told)?.success());
        }
        if session.authenticate_password(username, password.expose()).await.map_err(told)?.success() {
            return Ok(true);
        }
        // Many servers ask for the password in words only.
        let mut answer =
            session.authenticate_keyboard_interactive_start(username, None).await.map_err(told)?;
        for _ in 0..3 {
            let KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } = answer else { break };
            let answers = prompts.iter().map(|_| password.expose().to_owned()).collect();
            answer = session.authenticate_keyboard_interactive_respond(answers).await.map_err(told)?;
        }
        Ok(matches!(answer, KeyboardInteractiveAuthResponse::Success))
    }
}

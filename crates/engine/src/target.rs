//! Reaching the tenant: the local one is started in the process, any other is spoken to over the network.

use auth0::{Client, Config, Credentials, tenant_url};
use migration::import::cannot_leave;
use migration::lazy::is_ours;
use migration::screen::Takes;
use secrecy::SecretString;
use tenant::Tenant;

use crate::{Failure, Home};

/// A tenant that can be spoken to.
pub struct Target {
    /// The client.
    pub client: Client,
    /// How a run names it: its URL, or `local`.
    pub name: String,
    /// The connection that was asked for.
    pub connection: String,
    /// The local tenant, when it runs in this process.
    local: Option<Tenant>,
}

impl Target {
    /// A tenant that is spoken to over the network, and the connection that is meant there.
    ///
    /// # Errors
    /// When the configuration cannot be used, such as an extra root that is no certificate.
    pub fn at(config: Config, connection: String) -> Result<Self, Failure> {
        let client = Client::new(config).map_err(Failure::usage)?;
        let name = client.url().to_string();
        Ok(Self { client, name, connection, local: None })
    }

    /// The local tenant of the home folder, started in this process.
    ///
    /// # Errors
    /// When it cannot be started, such as while another process runs it.
    pub async fn local(home: &Home, connection: String) -> Result<Self, Failure> {
        let data = home.tenant();
        let tenant = tenant::start(tenant::Options::new(&data)).await.map_err(|error| {
            Failure::refused(format!("the local tenant in {} cannot be started: {error}", data.display()))
        })?;
        let url = tenant_url(&tenant.url).map_err(Failure::bug)?;
        let credentials = Credentials::ClientSecret {
            id: tenant.client_id.clone(),
            secret: SecretString::from(tenant.client_secret.clone()),
        };
        let client = Client::new(Config { url, ca: None, credentials }).map_err(Failure::bug)?;
        Ok(Self { client, name: "local".to_owned(), connection, local: Some(tenant) })
    }

    /// What to call it in a sentence.
    #[must_use]
    pub fn title(&self) -> String {
        if self.local.is_some() { "the local tenant".to_owned() } else { self.client.url().to_string() }
    }

    /// What the connection takes and demands, when it is there already.
    ///
    /// # Errors
    /// When the tenant cannot be asked.
    pub async fn takes(&self) -> Result<Option<Takes>, Failure> {
        let found = self.client.connection_by_name(&self.connection).await;
        let connection =
            found.map_err(|error| Failure::refused(format!("{} cannot be used: {error}", self.title())))?;
        Ok(connection.as_ref().map(Takes::from))
    }

    /// Users can be left only where they can come over at their first login: in a custom database that imports. True when
    /// the connection is one already, with scripts that are not ours; false when ours will make it one.
    ///
    /// # Errors
    /// When the tenant cannot be asked, or the connection is there and can take nobody lazily.
    pub async fn brings_over(&self) -> Result<bool, Failure> {
        let found = self.client.connection_by_name(&self.connection).await;
        let connection =
            found.map_err(|error| Failure::refused(format!("{} cannot be used: {error}", self.title())))?;
        let Some(connection) = connection else { return Ok(false) };
        if !connection.is_custom_with_import() {
            return Err(Failure::refused(cannot_leave(&self.connection)));
        }
        Ok(connection.script("login").is_some_and(|script| !is_ours(script)))
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.client.is_loopback()
    }

    /// Lets the local tenant finish and close its files.
    pub async fn close(self) {
        if let Some(tenant) = self.local {
            tenant.stop().await;
        }
    }
}

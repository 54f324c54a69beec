//! Reaching the tenant: the local one is started in the process, any other is spoken to with the credentials of the
//! environment or of a file.

use auth0::{Client, Config, Credentials, tenant_url};
use mapping::Identifier;
use migration::import::cannot_leave;
use migration::lazy::is_ours;
use secrecy::SecretString;
use tenant::Tenant;

use crate::args::TenantArgs;
use crate::exit::Failure;
use crate::home;
use crate::settings::Settings;

/// Default name of the connection.
const CONNECTION: &str = "gigya";

/// A tenant that can be spoken to.
pub(crate) struct Target {
    /// The client.
    pub(crate) client: Client,
    /// How a run names it: its URL, or `local`.
    pub(crate) name: String,
    /// The connection that was asked for.
    pub(crate) connection: String,
    /// The local tenant, when it runs in this process.
    local: Option<Tenant>,
}

impl Target {
    /// Connects. `known` is what a run remembers of its tenant, taken when nothing else is said.
    pub(crate) async fn connect(args: &TenantArgs, known: Option<(&str, &str)>) -> Result<Self, Failure> {
        let settings = Settings::read(&args.access)?;
        let known_tenant = known.map(|(tenant, _)| tenant.to_owned()).filter(|tenant| tenant != "local");
        let to = args.to.clone().or(known_tenant).or_else(|| match known {
            Some(_) => None,
            None => settings.get("AUTH0_DOMAIN"),
        });
        let connection = args
            .connection
            .clone()
            .or_else(|| known.map(|(_, name)| name.to_owned()))
            .unwrap_or_else(|| CONNECTION.to_owned());
        match to {
            Some(to) => {
                let url = tenant_url(&to).map_err(Failure::usage)?;
                let config =
                    Config { url, ca: settings.ca("AUTH0_CA"), credentials: credentials(&settings)? };
                let client = Client::new(config).map_err(Failure::usage)?;
                let name = client.url().to_string();
                Ok(Self { client, name, connection, local: None })
            }
            None => Self::local(connection).await,
        }
    }

    async fn local(connection: String) -> Result<Self, Failure> {
        let data = home::home().join("tenant");
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
    pub(crate) fn title(&self) -> String {
        if self.local.is_some() { "the local tenant".to_owned() } else { self.client.url().to_string() }
    }

    /// What the connection takes, when it is there already.
    pub(crate) async fn identifiers(&self) -> Result<Option<Vec<Identifier>>, Failure> {
        let found = self.client.connection_by_name(&self.connection).await;
        let connection =
            found.map_err(|error| Failure::refused(format!("{} cannot be used: {error}", self.title())))?;
        Ok(connection
            .map(|connection| connection.identifiers().into_iter().filter_map(Identifier::parse).collect()))
    }

    /// Users can be left only where they can come over at their first login: in a custom database that imports. True when
    /// the connection is one already, with scripts that are not ours; false when ours will make it one.
    pub(crate) async fn brings_over(&self) -> Result<bool, Failure> {
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
    pub(crate) fn is_loopback(&self) -> bool {
        self.client.is_loopback()
    }

    /// Lets the local tenant finish and close its files.
    pub(crate) async fn close(self) {
        if let Some(tenant) = self.local {
            tenant.stop().await;
        }
    }
}

/// Who we are at the tenant.
fn credentials(settings: &Settings) -> Result<Credentials, Failure> {
    if let (Some(id), Some(secret)) = (settings.get("AUTH0_CLIENT_ID"), settings.get("AUTH0_CLIENT_SECRET")) {
        return Ok(Credentials::ClientSecret { id, secret: SecretString::from(secret) });
    }
    let token = settings.get("AUTH0_ACCESS_TOKEN").ok_or_else(|| {
        Failure::usage(
            "who are we at the tenant? Set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET (or AUTH0_ACCESS_TOKEN), or name a \
             file with them: --credentials FILE",
        )
    })?;
    Ok(Credentials::AccessToken(SecretString::from(token)))
}

//! The site that the components of Gigya speak to.

use gigya::{Client, Config, Credentials, PrivateKey};
use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;

use crate::component::Setup;
use crate::fault::Fault;
use crate::secret::Secret;

/// The site of a job: a service of its [`crate::Context`]. Steps that name another site speak to the same data center.
#[derive(Clone, Debug)]
pub struct Site {
    config: Config,
    client: Client,
}

impl Site {
    /// The site of this configuration. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn new(config: Config) -> Result<Self, gigya::Error> {
        Ok(Self { client: Client::new(config.clone())?, config })
    }

    /// Its client. All steps of a job share it and its pace.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

/// The keys of another site than the job's.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Keys {
    /// The API key of another site; the job's own site without it.
    #[serde(default)]
    api_key: String,
    /// The user key for the other site.
    #[serde(default)]
    user_key: String,
    /// The secret of the user key.
    #[serde(default)]
    secret: Option<Secret>,
    /// The private key (PEM) of the user key, instead of a secret.
    #[serde(default)]
    private_key: Option<Secret>,
}

impl Keys {
    /// The client of the site that is meant, or what to do to have one, told when the step runs.
    pub(crate) fn client(&self, setup: &Setup<'_>) -> Result<Result<Client, String>, String> {
        let Some(site) = setup.context.services.get::<Site>() else {
            return Ok(Err("the flow speaks to a Gigya site, and none was named".to_owned()));
        };
        if self.api_key.is_empty() || self.api_key == site.config.api_key {
            return Ok(Ok(site.client.clone()));
        }
        let config = Config {
            api_key: self.api_key.clone(),
            credentials: self.credentials(&site.config.credentials)?,
            ..site.config.clone()
        };
        Client::new(config).map(Ok).map_err(|error| error.to_string())
    }

    fn credentials(&self, own: &Credentials) -> Result<Credentials, String> {
        let user_key = self.user_key.clone();
        if let Some(key) = self.private_key.as_ref().filter(|key| key.is_given()) {
            let key = PrivateKey::from_pem(key.expose().as_bytes())
                .map_err(|error| format!("privateKey: {error}"))?;
            return Ok(Credentials::PrivateKey { user_key, key });
        }
        match self.secret.as_ref().filter(|secret| secret.is_given()) {
            Some(secret) => {
                Ok(Credentials::Signature { user_key, secret: SecretString::from(secret.expose()) })
            }
            // An application may be that of several sites.
            None => Ok(own.clone()),
        }
    }
}

/// A failure that is not one record's.
pub(crate) fn fault(error: &gigya::Error) -> Fault {
    let message = error.to_string();
    match error {
        gigya::Error::Config(_) => Fault::usage(message),
        error if error.is_about_keys() => Fault::usage(message),
        error if error.is_passing() => Fault::passing(message),
        _ => Fault::lasting(message),
    }
}

//! The keys of a site, as they are entered and as the key ring keeps them.

use engine::Failure;
use gigya::{Address, Client, Config, Credentials, PrivateKey, Search};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

/// What the form holds.
#[derive(Clone, Deserialize)]
pub(crate) struct SiteKeys {
    pub(crate) address: String,
    pub(crate) api_key: String,
    user_key: String,
    #[serde(default)]
    secret: SecretString,
    #[serde(default)]
    private_key: SecretString,
    /// Whether they shall be kept in the key ring.
    #[serde(default)]
    pub(crate) keep: Option<String>,
}

/// What the key ring keeps of it.
#[derive(Deserialize)]
struct Kept {
    user_key: String,
    secret: SecretString,
    private_key: SecretString,
}

impl SiteKeys {
    /// How the site is spoken to.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let address = Address::parse(&self.address).map_err(Failure::usage)?;
        let user_key = self.user_key.trim().to_owned();
        let credentials = if !self.private_key.expose_secret().trim().is_empty() {
            let key =
                PrivateKey::from_pem(self.private_key.expose_secret().as_bytes()).map_err(Failure::usage)?;
            Credentials::PrivateKey { user_key, key }
        } else if self.secret.expose_secret().trim().is_empty() {
            return Err(Failure::usage("the application's secret is missing, or its private key"));
        } else {
            Credentials::Signature {
                user_key,
                secret: SecretString::from(self.secret.expose_secret().trim()),
            }
        };
        let ca = std::env::var_os("GIGYA_CA").map(Into::into);
        Ok(Config { address, api_key: self.api_key.trim().to_owned(), credentials, ca })
    }

    /// Asks the site how many accounts it has.
    pub(crate) async fn accounts(&self) -> Result<(Config, u64), Failure> {
        let config = self.config()?;
        let client = Client::new(config.clone()).map_err(Failure::usage)?;
        let all = Search::accounts("SELECT count(*) FROM accounts").account_types("full,lite");
        let number = client.count(&all).await.map_err(|error| Failure::refused(error.to_string()))?;
        Ok((config, number))
    }

    /// What the key ring keeps: everything that is not public.
    pub(crate) fn kept(&self) -> SecretString {
        let (secret, private_key) = (self.secret.expose_secret(), self.private_key.expose_secret());
        json!({"user_key": self.user_key, "secret": secret, "private_key": private_key}).to_string().into()
    }

    /// The other way round; none when it is something else.
    pub(crate) fn of_kept(address: &str, api_key: &str, kept: &SecretString) -> Option<Self> {
        let Kept { user_key, secret, private_key } = serde_json::from_str(kept.expose_secret()).ok()?;
        let (address, api_key) = (address.to_owned(), api_key.to_owned());
        Some(Self { address, api_key, user_key, secret, private_key, keep: None })
    }
}

//! The keys of a site, as they are entered and as the key ring keeps them.

use std::time::Duration;

use engine::Failure;
use gigya::{Address, Client, Config, Credentials, Error, PrivateKey, Search};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::json;

use crate::mistake::Mistake;
use crate::obstacle::{PATIENCE, Way};

/// What the form holds.
#[derive(Clone, Deserialize)]
pub(crate) struct SiteKeys {
    pub(crate) address: String,
    pub(crate) api_key: String,
    pub(crate) user_key: String,
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

    /// Asks the site how many accounts it has; somebody waits for the answer.
    ///
    /// # Errors
    /// What is wrong with them, at its field.
    pub(crate) async fn accounts(&self) -> Result<(Config, u64), Mistake> {
        self.accounts_within(PATIENCE).await
    }

    /// The same for somebody with other patience.
    pub(crate) async fn accounts_within(&self, patience: Duration) -> Result<(Config, u64), Mistake> {
        Address::parse(&self.address).map_err(|error| Mistake::at("address", Failure::usage(error)))?;
        let config = self.config().map_err(|failure| Mistake::at("secret", failure))?;
        let client = Client::trying_once(config.clone(), patience)
            .map_err(|error| Mistake::at("secret", Failure::usage(error)))?;
        let base = config.address.base("accounts");
        let host = base.split_once("://").map_or(base.as_str(), |(_, host)| host);
        let fields = ("address", "user_key");
        let way = Way { host: host.to_owned(), fields, roots: "GIGYA_CA", patience };
        let all = Search::accounts("SELECT count(*) FROM accounts").account_types("full,lite");
        let number = way.tried(client.count(&all), refused).await?;
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

/// The field that a refusal is about, and what to do. Source of the codes: Gigya, "Response Codes and Errors".
fn refused(error: &Error) -> Option<(&'static str, String)> {
    let stranger = || ("address", "what answers there is no site of Gigya. Check the address".to_owned());
    if matches!(error, Error::Answer { .. }) {
        return Some(stranger());
    }
    let refusal = error.refusal()?;
    // A status of HTTP: nothing of Gigya says so.
    if (100..600).contains(&refusal.code) {
        return Some(stranger());
    }
    let (field, what) = match refusal.code {
        301_001 if !refusal.domain.is_empty() => {
            let place = refusal.domain.strip_suffix(".gigya.com").unwrap_or(&refusal.domain);
            ("address", format!("the site is in the data center {place}. Name that one"))
        }
        301_001 => ("address", "the site is in another data center".to_owned()),
        400_093 | 400_006 => ("api_key", "no site has this API key there. Check the key and the data center".to_owned()),
        403_002 => ("secret", "the clock of this machine differs from that of the site. Set it right".to_owned()),
        403_003 | 403_010 => ("secret", "the secret does not belong to this user key. Copy both again".to_owned()),
        400_008 => ("private_key", "the private key does not belong to this user key. Copy both again".to_owned()),
        403_005 => ("user_key", "the site does not know this user key. Copy it again".to_owned()),
        403_007 | 403_022..=403_026 => (
            "user_key",
            "the application may not read accounts. Give its permission group that right in the console of Gigya".to_owned(),
        ),
        _ => return None,
    };
    Some((field, format!("{what} (the site says: {} {})", refusal.code, refusal.message)))
}

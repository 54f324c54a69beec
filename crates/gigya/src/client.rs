//! The client and what its calls share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use outbound::{Outage, Outages, http_client};
use reqwest::Url;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use crate::counts::Counter;
use crate::encode::form;
use crate::pace::Pacer;
use crate::sign::SigningKey;
use crate::{Address, Config, Counts, Credentials, Error, PrivateKey};

/// How long one request may take. A search may take 60 s at the site, and a page of it is some megabytes.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(120);
/// How often a call is tried before it is given up as [`Error::Passing`].
const MAX_ATTEMPTS: u32 = 8;

/// A client of one site. A clone shares everything, so it is cheap.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) address: Address,
    pub(crate) http: reqwest::Client,
    pub(crate) pacer: Pacer,
    pub(crate) counter: Counter,
    pub(crate) outages: Outages,
    /// How often a call is tried before it is given up.
    pub(crate) attempts: u32,
    /// Whether the site has ever taken a call of ours.
    pub(crate) known: AtomicBool,
    api_key: String,
    proof: Proof,
    /// What has to be added to this machine's clock to have the site's, in seconds. 0 until the site complains.
    offset: AtomicI64,
    clock: Mutex<Option<(i64, Instant)>>,
}

/// Credentials, ready for use.
#[derive(Debug)]
enum Proof {
    Signature { user_key: String, key: SigningKey },
    Secret { user_key: String, secret: SecretString },
    Token { user_key: String, key: PrivateKey },
}

/// What makes a call differ from the same call later.
#[derive(Debug, Clone)]
pub(crate) struct Stamp {
    /// What was added to this machine's clock.
    pub(crate) offset: i64,
    pub(crate) seconds: i64,
    pub(crate) nonce: String,
}

impl Client {
    /// Makes a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Config`] when the address is plain http to another machine, a secret would have to be sent over plain
    /// http, the secret is not base64, or the CA file cannot be read.
    pub fn new(config: Config) -> Result<Self, Error> {
        Self::made(config, REQUEST_TIMEOUT, MAX_ATTEMPTS)
    }

    /// A client that tries each call once and gives it up after `timeout`: somebody waits for the answer and can try again.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn trying_once(config: Config, timeout: Duration) -> Result<Self, Error> {
        Self::made(config, timeout, 1)
    }

    fn made(config: Config, timeout: Duration, attempts: u32) -> Result<Self, Error> {
        let example = config.address.endpoint("accounts.search")?;
        let http = http_client(&example, config.ca.as_deref(), timeout)?;
        if config.api_key.trim().is_empty() {
            return Err(Error::Config("the API key of the site is empty".to_owned()));
        }
        let proof = match config.credentials {
            Credentials::Signature { user_key, secret } => {
                Proof::Signature { user_key, key: SigningKey::of(&secret)? }
            }
            Credentials::Secret { .. } if example.scheme() != "https" => {
                return Err(Error::Config(format!(
                    "{}: a secret is sent over https only; sign the calls instead",
                    config.address
                )));
            }
            Credentials::Secret { user_key, secret } => Proof::Secret { user_key, secret },
            Credentials::PrivateKey { user_key, key } => Proof::Token { user_key, key },
        };
        Ok(Self {
            inner: Arc::new(Inner {
                address: config.address,
                http,
                pacer: Pacer::default(),
                counter: Counter::default(),
                outages: Outages::default(),
                attempts,
                known: AtomicBool::new(false),
                api_key: config.api_key.trim().to_owned(),
                proof,
                offset: AtomicI64::new(0),
                clock: Mutex::new(None),
            }),
        })
    }

    /// Where the site is.
    #[must_use]
    pub fn address(&self) -> &Address {
        &self.inner.address
    }

    /// The site's API key; it is no secret.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.inner.api_key
    }

    /// Since when no call of this client and its clones was answered, and why. Waits for a rate are none.
    #[must_use]
    pub fn outage(&self) -> Option<Outage> {
        self.inner.outages.now()
    }

    /// What this client and its clones have done so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.inner.counter.snapshot()
    }

    /// The time at the site in epoch seconds, reckoned from the `Date` header of its last answer; never later than the
    /// true time there, up to two seconds earlier. None before the first answer.
    #[must_use]
    pub fn site_now(&self) -> Option<i64> {
        let clock = *self.inner.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let (date, at) = clock?;
        Some(date.saturating_add(i64::try_from(at.elapsed().as_secs()).unwrap_or(i64::MAX)))
    }
}

impl Inner {
    pub(crate) fn learn_time(&self, date: i64) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some((date, Instant::now()));
    }

    /// Sets the clock by the site's. False when the call was signed with that clock already, so that it would be refused
    /// again; that of many calls at a time another has set the clock meanwhile does not count.
    pub(crate) fn correct_clock(&self, date: Option<i64>, signed_with: i64) -> bool {
        let Some(date) = date else { return false };
        let offset = date - machine_seconds();
        self.offset.store(offset, Ordering::Relaxed);
        (offset - signed_with).abs() > 1
    }

    pub(crate) fn stamp(&self) -> Stamp {
        let offset = self.offset.load(Ordering::Relaxed);
        let seconds = machine_seconds() + offset;
        Stamp { offset, seconds, nonce: format!("{seconds}_{:032x}", rand::random::<u128>()) }
    }

    /// Body and `Authorization` of a call.
    pub(crate) fn prove(
        &self,
        url: &Url,
        params: &BTreeMap<String, String>,
        stamp: Stamp,
    ) -> Result<(String, Option<HeaderValue>), Error> {
        let mut params = params.clone();
        let mut set = |name: &str, value: &str| params.insert(name.to_owned(), value.to_owned());
        set("apiKey", &self.api_key);
        set("format", "json");
        set("httpStatusCodes", "false");
        set("sdk", concat!("crosswalk_", env!("CARGO_PKG_VERSION")));
        match &self.proof {
            Proof::Signature { user_key, key } => {
                set("userKey", user_key);
                set("timestamp", &stamp.seconds.to_string());
                set("nonce", &stamp.nonce);
                let signature = key.call(url, &params);
                params.insert("sig".to_owned(), signature);
                Ok((form(&params), None))
            }
            Proof::Secret { user_key, secret } => {
                set("userKey", user_key);
                set("secret", secret.expose_secret());
                Ok((form(&params), None))
            }
            Proof::Token { user_key, key } => {
                let token = key.token(user_key, stamp.seconds, &stamp.nonce)?;
                let mut header = HeaderValue::try_from(format!("Bearer {token}"))
                    .map_err(|_| Error::Config("the user key cannot stand in a header".to_owned()))?;
                header.set_sensitive(true);
                Ok((form(&params), Some(header)))
            }
        }
    }
}

fn machine_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

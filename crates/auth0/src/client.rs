//! The client and what its calls share.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Url;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::config::{check_url, is_loopback};
use crate::counts::Counter;
use crate::limit::Limiter;
use crate::token::Tokens;
use crate::{Config, Counts, Credentials, Error};

/// How long one request may take. An import request carries half a megabyte and is answered as soon as it is queued.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A client of one tenant. A clone shares everything, so it is cheap.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) url: Url,
    pub(crate) http: reqwest::Client,
    pub(crate) credentials: Credentials,
    pub(crate) tokens: Tokens,
    pub(crate) limiter: Limiter,
    pub(crate) counter: Counter,
    clock: Mutex<Option<(i64, Instant)>>,
}

impl Client {
    /// Makes a client; nothing is sent yet.
    ///
    /// # Errors
    /// [`Error::Config`] when the URL is plain http to another machine or the CA file cannot be read.
    pub fn new(config: Config) -> Result<Self, Error> {
        Self::with_timeout(config, REQUEST_TIMEOUT)
    }

    /// A client that gives a request up after `timeout` instead of a minute.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn with_timeout(config: Config, timeout: Duration) -> Result<Self, Error> {
        check_url(&config.url)?;
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(&config)?)
            .timeout(timeout)
            .connect_timeout(CONNECT_TIMEOUT)
            .user_agent(concat!("crosswalk/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none());
        // A proxy of the environment is for the internet, not for this machine.
        let http = if is_loopback(&config.url) { http.no_proxy() } else { http };
        let http = http.build().map_err(|error| Error::Config(format!("no HTTP client: {error}")))?;
        Ok(Self {
            inner: Arc::new(Inner {
                url: config.url,
                http,
                credentials: config.credentials,
                tokens: Tokens::default(),
                limiter: Limiter::default(),
                counter: Counter::default(),
                clock: Mutex::new(None),
            }),
        })
    }

    /// Base URL of the tenant.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.inner.url
    }

    /// Whether the tenant is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.inner.url)
    }

    /// What this client and its clones have done so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.inner.counter.snapshot()
    }

    /// The time at the tenant in epoch seconds, reckoned from the `Date` header of its last answer; never later than
    /// the true time there, up to two seconds earlier. None before the first answer.
    #[must_use]
    pub fn tenant_now(&self) -> Option<i64> {
        let clock = *self.inner.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let (date, at) = clock?;
        Some(date.saturating_add(i64::try_from(at.elapsed().as_secs()).unwrap_or(i64::MAX)))
    }

    pub(crate) fn learn_time(&self, date: i64) {
        *self.inner.clock.lock().unwrap_or_else(PoisonError::into_inner) = Some((date, Instant::now()));
    }
}

/// Public roots and the extra file; the same on every machine, so that a run does not depend on what is installed.
fn tls(config: &Config) -> Result<ClientConfig, Error> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(path) = &config.ca {
        let bad = |cause: String| Error::Config(format!("{}: {cause}", path.display()));
        let mut found = false;
        for certificate in CertificateDer::pem_file_iter(path).map_err(|error| bad(error.to_string()))? {
            let certificate = certificate.map_err(|error| bad(error.to_string()))?;
            roots.add(certificate).map_err(|error| bad(error.to_string()))?;
            found = true;
        }
        if !found {
            return Err(bad("holds no PEM certificate".to_owned()));
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Config(format!("no TLS: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

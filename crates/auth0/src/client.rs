//! The client and what its calls share.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use outbound::{Outage, Outages, http_client, is_loopback};
use reqwest::Url;

use crate::counts::Counter;
use crate::limit::Limiter;
use crate::token::Tokens;
use crate::{Config, Counts, Credentials, Error};

/// How long one request may take. An import request carries half a megabyte and is answered as soon as it is queued.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);
/// How often a call is tried before it is given up as [`Error::Passing`].
const MAX_ATTEMPTS: u32 = 7;

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
    pub(crate) outages: Outages,
    /// How often a call is tried before it is given up.
    pub(crate) attempts: u32,
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
        Self::made(config, timeout, MAX_ATTEMPTS)
    }

    /// A client that tries each call once and gives it up after `timeout`: somebody waits for the answer and can try again.
    ///
    /// # Errors
    /// As [`Client::new`].
    pub fn trying_once(config: Config, timeout: Duration) -> Result<Self, Error> {
        Self::made(config, timeout, 1)
    }

    fn made(config: Config, timeout: Duration, attempts: u32) -> Result<Self, Error> {
        let http = http_client(&config.url, config.ca.as_deref(), timeout)?;
        Ok(Self {
            inner: Arc::new(Inner {
                url: config.url,
                http,
                credentials: config.credentials,
                tokens: Tokens::default(),
                limiter: Limiter::default(),
                counter: Counter::default(),
                outages: Outages::default(),
                attempts,
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

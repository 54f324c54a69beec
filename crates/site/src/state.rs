//! What the endpoints share.

use std::sync::Arc;

use loopback::{DataFolder, Faults, SharedClock};

use crate::auth::{DataCenter, Nonces};
use crate::idx::scheduler::Scheduler;
use crate::idx::{Flows, Variables};
use crate::keys::Keys;
use crate::limits::Limits;
use crate::lockout::Lockout;
use crate::pace::Gate;
use crate::search::Cursors;
use crate::store::Store;
use crate::tokens::Tokens;

/// What the endpoints share; clones are cheap and share it.
#[derive(Debug, Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) clock: SharedClock,
    pub(crate) keys: Keys,
    pub(crate) data_center: DataCenter,
    pub(crate) search_passwords: bool,
    pub(crate) nonces: Nonces,
    pub(crate) limits: Limits,
    pub(crate) gate: Gate,
    pub(crate) faults: Faults,
    pub(crate) cursors: Cursors,
    pub(crate) short_pages: bool,
    pub(crate) lockout: Lockout,
    pub(crate) tokens: Tokens,
    pub(crate) flows: Option<Arc<dyn Flows>>,
    pub(crate) variables: Variables,
    pub(crate) scheduler: Scheduler,
    pub(crate) folder: DataFolder,
}

impl AppState {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// The time: milliseconds since 1970 (UTC).
    #[must_use]
    pub fn now_ms(&self) -> i64 {
        self.inner.clock.now_ms()
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    /// The data folder, held so that no other process uses it.
    pub(crate) fn folder(&self) -> &DataFolder {
        &self.inner.folder
    }

    /// The data center of the site.
    #[must_use]
    pub fn data_center(&self) -> &DataCenter {
        &self.inner.data_center
    }

    /// The key of the site.
    #[must_use]
    pub fn api_key(&self) -> &str {
        &self.inner.keys.api_key
    }

    /// Whether searches give password hashes; where they do not, `accounts.getAccountInfo` still does.
    #[must_use]
    pub fn search_passwords(&self) -> bool {
        self.inner.search_passwords
    }

    /// Whether pages of cursors are often shorter than their limit.
    #[must_use]
    pub fn short_pages(&self) -> bool {
        self.inner.short_pages
    }

    pub(crate) fn cursors(&self) -> &Cursors {
        &self.inner.cursors
    }

    pub(crate) fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    pub(crate) fn nonces(&self) -> &Nonces {
        &self.inner.nonces
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// How many calls pass.
    pub(crate) fn gate(&self) -> &Gate {
        &self.inner.gate
    }

    /// What goes wrong on purpose.
    pub(crate) fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    pub(crate) fn lockout(&self) -> &Lockout {
        &self.inner.lockout
    }

    pub(crate) fn tokens(&self) -> &Tokens {
        &self.inner.tokens
    }

    /// What runs dataflows, if anything does.
    pub(crate) fn flows(&self) -> Option<&Arc<dyn Flows>> {
        self.inner.flows.as_ref()
    }

    /// What `<$NAME$>` means in dataflows.
    pub(crate) fn variables(&self) -> &Variables {
        &self.inner.variables
    }

    pub(crate) fn scheduler(&self) -> &Scheduler {
        &self.inner.scheduler
    }
}

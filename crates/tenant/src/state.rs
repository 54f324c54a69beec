//! What the endpoints share.

use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use loopback::{DataFolder, Faults, SharedClock};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::custom::{Logs, Outside, ScriptOptions};
use crate::keys::Keys;
use crate::lockout::Lockout;
use crate::pace::Limits;
use crate::store::Store;

/// What the endpoints share; clones are cheap and share it.
#[derive(Debug, Clone)]
pub struct AppState {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    clock: SharedClock,
    folder: DataFolder,
    keys: Keys,
    limits: Limits,
    faults: Faults,
    lockout: Lockout,
    logins: Semaphore,
    scripts: ScriptOptions,
    outside: Outside,
    logs: Logs,
    runner: crate::imports::Runner,
    export_slots: crate::exports::Slots,
    /// The scheme and the names by which the tenant goes: issuer and audience of its tokens follow from them.
    scheme: &'static str,
    listen: IpAddr,
    port: u16,
    stop: watch::Sender<bool>,
    tasks: Mutex<JoinSet<()>>,
}

/// What [`AppState::new`] puts together.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) clock: SharedClock,
    pub(crate) folder: DataFolder,
    pub(crate) keys: Keys,
    pub(crate) limits: Limits,
    pub(crate) faults: Faults,
    pub(crate) scripts: ScriptOptions,
    pub(crate) outside: Outside,
    pub(crate) tls: bool,
    pub(crate) listen: IpAddr,
    pub(crate) port: u16,
}

impl AppState {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { store, clock, folder, keys, limits, faults, scripts, outside, tls, listen, port } = parts;
        Self {
            inner: Arc::new(Inner {
                store,
                clock,
                folder,
                keys,
                limits,
                faults,
                lockout: Lockout::default(),
                scripts,
                outside,
                logs: Logs::default(),
                logins: Semaphore::new(
                    std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
                ),
                runner: crate::imports::Runner::default(),
                export_slots: crate::exports::Slots::default(),
                scheme: if tls { "https" } else { "http" },
                listen,
                port,
                stop: watch::channel(false).0,
                tasks: Mutex::new(JoinSet::new()),
            }),
        }
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

    /// The data folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.inner.folder.path()
    }

    /// The signing key.
    #[must_use]
    pub(crate) fn keys(&self) -> &Keys {
        &self.inner.keys
    }

    /// The rate limits.
    #[must_use]
    pub(crate) fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// What goes wrong on purpose.
    #[must_use]
    pub(crate) fn faults(&self) -> &Faults {
        &self.inner.faults
    }

    /// The counters of failed logins.
    #[must_use]
    pub(crate) fn lockout(&self) -> &Lockout {
        &self.inner.lockout
    }

    /// What custom database scripts may use.
    #[must_use]
    pub(crate) fn scripts(&self) -> &ScriptOptions {
        &self.inner.scripts
    }

    /// What custom database scripts can reach.
    #[must_use]
    pub(crate) fn outside(&self) -> &Outside {
        &self.inner.outside
    }

    /// The tenant's log.
    #[must_use]
    pub(crate) fn logs(&self) -> &Logs {
        &self.inner.logs
    }

    /// How many passwords are checked at a time.
    #[must_use]
    pub(crate) fn logins(&self) -> &Semaphore {
        &self.inner.logins
    }

    /// What runs the import jobs.
    #[must_use]
    pub(crate) fn runner(&self) -> &crate::imports::Runner {
        &self.inner.runner
    }

    /// Room for the exports that are being written.
    #[must_use]
    pub(crate) fn export_slots(&self) -> &crate::exports::Slots {
        &self.inner.export_slots
    }

    /// The URL of the tenant, with a slash at its end, as a client that sent this `Host` header sees it.
    #[must_use]
    pub(crate) fn issuer(&self, host: &str) -> String {
        format!("{}://{host}/", self.inner.scheme)
    }

    /// Whether an audience is the Management API of this tenant: by the name that the client used (`Host`) or by one
    /// of the names of this machine with our port, each with either scheme, since a proxy may add TLS.
    #[must_use]
    pub(crate) fn is_management_api(&self, audience: &str, host: &str) -> bool {
        let rest = audience.strip_prefix("https://").or_else(|| audience.strip_prefix("http://"));
        let Some(name) = rest.and_then(|rest| rest.strip_suffix("/api/v2/")) else { return false };
        if name.eq_ignore_ascii_case(host) {
            return true;
        }
        let port = self.inner.port;
        let own = match self.inner.listen {
            IpAddr::V4(address) => format!("{address}:{port}"),
            IpAddr::V6(address) => format!("[{address}]:{port}"),
        };
        name == own || name == format!("localhost:{port}") || name == format!("127.0.0.1:{port}")
    }

    /// True once the tenant is told to stop: finish the batch at hand and return.
    #[must_use]
    pub fn stopping(&self) -> watch::Receiver<bool> {
        self.inner.stop.subscribe()
    }

    /// Waits until the clock shows `at_ms`, on a thread that may block; false when the tenant stops before.
    pub(crate) fn reach_blocking(&self, at_ms: i64) -> bool {
        let mut stopping = self.stopping();
        tokio::runtime::Handle::current().block_on(async {
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stop| *stop) => false,
                () = self.clock().reach(at_ms) => true,
            }
        })
    }

    /// Starts work that [`AppState::stop`] waits for.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(work);
    }

    /// Tells all work to stop and waits until it has.
    pub(crate) async fn stop(&self) {
        self.inner.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        tasks.join_all().await;
    }
}

//! What all pages share: what is set up, the session, and the work under way.

use std::sync::{Arc, Mutex, PoisonError};

use engine::{Failure, Home};

use crate::account::AccountCache;
use crate::census::Census;
use crate::exports::Exports;
use crate::keyring::KeyRing;
use crate::menders::Menders;
use crate::session::Session;
use crate::setup::Setup;
use crate::work::Work;

/// A cheap handle; clones share everything.
#[derive(Debug, Clone)]
pub(crate) struct App {
    setup: Setup,
    work: Arc<Work>,
    census: Arc<Census>,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    session: Session,
    note: Mutex<Option<String>>,
    account: AccountCache,
    menders: Menders,
    exports: Exports,
}

impl App {
    /// Opens the page's own folder in the home, and finds the runs that it has begun. A tenant and a site that are named are
    /// meant instead of those that are kept.
    pub(crate) fn open(
        home: Home,
        session: Session,
        named: (Option<auth0::Config>, Option<gigya::Config>),
        ring: KeyRing,
    ) -> Result<Self, Failure> {
        let exports = Exports::of(home.path());
        let work = Arc::new(Work::open(&home));
        let (setup, note) = Setup::open(home, named, ring)?;
        let census = Arc::new(Census::open(setup.folder()));
        let shared = Shared {
            session,
            note: Mutex::new(note),
            account: AccountCache::default(),
            menders: Menders::default(),
            exports,
        };
        Ok(Self { setup, work, census, shared: Arc::new(shared) })
    }

    /// What is set up.
    pub(crate) fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The session.
    pub(crate) fn session(&self) -> &Session {
        &self.shared.session
    }

    /// The queue of runs.
    pub(crate) fn work(&self) -> &Arc<Work> {
        &self.work
    }

    /// The counting of the source.
    pub(crate) fn census(&self) -> &Arc<Census> {
        &self.census
    }

    /// The account that page Mapping has shown last.
    pub(crate) fn account(&self) -> &AccountCache {
        &self.shared.account
    }

    /// The run whose users are mended now.
    pub(crate) fn menders(&self) -> &Menders {
        &self.shared.menders
    }

    /// The exports of users.
    pub(crate) fn exports(&self) -> &Exports {
        &self.shared.exports
    }

    /// Leaves a sentence for the next page that is shown.
    pub(crate) fn note(&self, note: impl Into<String>) {
        *self.lock() = Some(note.into());
    }

    pub(crate) fn take_note(&self) -> Option<String> {
        self.lock().take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.shared.note.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops the exports and the local worlds.
    pub(crate) async fn close(self) {
        self.exports().close().await;
        self.setup.close().await;
    }
}

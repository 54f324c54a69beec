//! The queue of runs that the page works on: each is prepared as soon as it is there, and imported when a person says so.
//!
//! ```text
//!   files ──▶ waiting ─▶ reading ─▶ preparing ─▶ ready ─▶ queued ─▶ importing ─▶ proving ─▶ done
//!                                       │                    ▲          │
//!                                       ▼                    └─ paused ◀┘   (cancelled: it stays where it is)
//!                                    broken
//! ```
//!
//! One run is prepared at a time and one imported at a time: an import fills both slots of the tenant by itself. Where a
//! run stands is in its folder (`page.json`), so that a server that is started again goes on.

mod dropped;
mod flow;
mod import;
mod item;
mod prepare;
mod stored;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use engine::Home;
use migration::run::RunFolder;
use tokio::sync::{Notify, watch};

use crate::setup::Setup;

pub(crate) use item::{Item, State};
pub(crate) use stored::{Dropped, Orders, Origin};

/// The queue.
#[derive(Debug)]
pub(crate) struct Work {
    items: Mutex<Vec<Arc<Item>>>,
    /// Held while a file finds its run.
    drops: Mutex<()>,
    changed: watch::Sender<u64>,
    wake: Notify,
    ending: AtomicBool,
}

impl Work {
    /// Finds the runs of a home that the page has begun.
    pub(crate) fn open(home: &Home) -> Self {
        let items = home
            .run_names()
            .iter()
            .filter_map(|name| Item::found(&RunFolder::at(&home.runs().join(name))))
            .map(Arc::new)
            .collect();
        Self {
            items: Mutex::new(items),
            drops: Mutex::new(()),
            changed: watch::Sender::new(0),
            wake: Notify::new(),
            ending: AtomicBool::new(false),
        }
    }

    /// Starts working.
    pub(crate) fn begin(self: &Arc<Self>, setup: &Setup) {
        tokio::spawn(work(self.clone(), setup.clone(), State::is_to_be_prepared, |queue, setup, item| {
            Box::pin(async move { prepare::prepare(&queue, &setup, &item).await })
        }));
        tokio::spawn(work(self.clone(), setup.clone(), State::is_queued, |queue, setup, item| {
            Box::pin(async move { import::import(&queue, &setup, &item).await })
        }));
    }

    /// Stops what is under way such that the next start goes on with it, and waits for it.
    pub(crate) async fn stop(&self) {
        self.ending.store(true, Ordering::SeqCst);
        self.touch();
        for item in self.all() {
            item.interrupt();
        }
        let mut changes = self.changes();
        while self.all().iter().any(|item| item.is_under_way()) {
            if changes.changed().await.is_err() {
                break;
            }
        }
    }

    pub(crate) fn is_ending(&self) -> bool {
        self.ending.load(Ordering::SeqCst)
    }

    /// All runs of the page, oldest first.
    pub(crate) fn all(&self) -> Vec<Arc<Item>> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Those that the table of the import page shows.
    pub(crate) fn shown(&self) -> Vec<Arc<Item>> {
        self.all().into_iter().filter(|item| !item.is_cleared()).collect()
    }

    /// A run by its name.
    pub(crate) fn find(&self, run: &str) -> Option<Arc<Item>> {
        self.all().into_iter().find(|item| item.name() == run)
    }

    /// The run that is being imported or proved now.
    pub(crate) fn importing(&self) -> Option<Arc<Item>> {
        self.all().into_iter().find(|item| item.state().is_importing())
    }

    /// Takes a new run in.
    pub(crate) fn add(&self, item: Arc<Item>) {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).push(item);
        self.touch();
    }

    /// Forgets a run whose folder is gone.
    pub(crate) fn forget(&self, run: &str) {
        self.items.lock().unwrap_or_else(PoisonError::into_inner).retain(|item| item.name() != run);
        self.touch();
    }

    /// Something is different now: whoever waits looks again.
    pub(crate) fn touch(&self) {
        self.changed.send_modify(|number| *number += 1);
        self.wake.notify_waiters();
    }

    /// Tells of every change.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Whether anything moves by itself now.
    pub(crate) fn is_busy(&self) -> bool {
        self.all().iter().any(|item| item.is_under_way())
    }
}

type Doing = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Works on the first run that `is_next`, again and again.
async fn work(
    queue: Arc<Work>,
    setup: Setup,
    is_next: fn(&State) -> bool,
    act: fn(Arc<Work>, Setup, Arc<Item>) -> Doing,
) {
    loop {
        let woken = queue.wake.notified();
        tokio::pin!(woken);
        // From here on a change is not missed.
        woken.as_mut().enable();
        if queue.is_ending() {
            return;
        }
        match queue.all().into_iter().find(|item| is_next(&item.state())) {
            Some(item) => {
                act(queue.clone(), setup.clone(), item).await;
                queue.touch();
            }
            None => woken.await,
        }
    }
}

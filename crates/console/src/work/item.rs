//! One run of the page: where it stands, and handles on its progress.

use std::os::unix::fs::MetadataExt as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use engine::{Failure, books};
use migration::export::ExportProgress;
use migration::import::{Cancel, Progress};
use migration::prepare::PrepareProgress;
use migration::report::Report;
use migration::run::RunFolder;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::stored::Stored;
use super::{Orders, Origin};
use crate::source::Unread;

/// Where a run stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", content = "why", rename_all = "snake_case")]
pub(crate) enum State {
    /// It is to be prepared.
    Waiting,
    /// Its site is being read.
    Reading,
    /// It is being read, mapped, screened and packed.
    Preparing,
    /// It cannot be prepared, for this reason.
    Broken(String),
    /// Its input breaks off; what came before is prepared and waits for a person.
    Cut(String),
    /// Its site counts more accounts than it gives.
    Incomplete(String),
    /// It can be imported.
    Ready,
    /// It will be imported when its turn comes.
    Queued,
    /// Its users are being imported.
    Importing,
    /// It was told to stop for now, and finishes what it is sending.
    Pausing,
    /// It was told to stop for now.
    Paused,
    /// It was told to stop for good, and finishes what it is sending.
    Cancelling,
    /// It was told to stop for good; what is there stays.
    Cancelled,
    /// It stopped for this reason, and can go on.
    Stopped(String),
    /// Its users are read back and logins are tried.
    Proving,
    /// It is done.
    Done,
}

impl State {
    pub(crate) fn is_to_be_prepared(&self) -> bool {
        *self == Self::Waiting
    }

    pub(crate) fn is_queued(&self) -> bool {
        *self == Self::Queued
    }

    pub(crate) fn is_importing(&self) -> bool {
        matches!(self, Self::Importing | Self::Pausing | Self::Cancelling | Self::Proving)
    }

    /// Whether it came to an end of its own or by a person.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self, Self::Done | Self::Cancelled | Self::Broken(_))
    }

    /// Where a run stands that stood here when its process ended.
    fn after_a_restart(self) -> Self {
        match self {
            Self::Reading | Self::Preparing => Self::Waiting,
            Self::Importing | Self::Proving => Self::Queued,
            Self::Pausing => Self::Paused,
            Self::Cancelling => Self::Cancelled,
            other => other,
        }
    }
}

/// What failed before anything was prepared.
impl From<Failure> for State {
    fn from(failure: Failure) -> Self {
        Self::Broken(failure.to_string())
    }
}

impl From<Unread> for State {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::Incomplete(why) => Self::Incomplete(why),
            Unread::Failed(failure) => failure.into(),
        }
    }
}

/// Which file it is: a report is written anew as a whole, so that it is never the same twice.
type Written = (u64, u64, i64, i64);

/// Whether nobody is in the parts, and nobody is left for the first login.
fn is_empty(report: &Report) -> bool {
    report.counters.packed == Some(0) && report.counters.left.unwrap_or(0) == 0
}

/// One run of the page.
#[derive(Debug)]
pub(crate) struct Item {
    folder: RunFolder,
    stored: Mutex<Stored>,
    since: Mutex<Instant>,
    cancel: watch::Sender<bool>,
    /// How far the reading of its site is.
    pub(crate) reading: Arc<ExportProgress>,
    /// How far its preparation is; each has one of its own.
    preparing: Mutex<Arc<PrepareProgress>>,
    /// Its report, as it was read last, and which file that was.
    report: Mutex<Option<(Option<Written>, Arc<Report>)>>,
    /// How far its import and its proof are.
    pub(crate) importing: Progress,
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Item {
    /// A new run.
    pub(crate) fn new(folder: RunFolder, origin: Origin, state: State) -> std::io::Result<Self> {
        let stored = Stored { origin, state, orders: None, accept_incomplete: false, cleared: false };
        stored.write(&folder)?;
        Ok(Self::of(folder, stored))
    }

    /// A run of an earlier process; none when the page has not begun it.
    pub(crate) fn found(folder: &RunFolder) -> Option<Self> {
        let mut stored = Stored::read(folder)?;
        stored.state = stored.state.after_a_restart();
        Some(Self::of(folder.clone(), stored))
    }

    fn of(folder: RunFolder, stored: Stored) -> Self {
        Self {
            folder,
            stored: Mutex::new(stored),
            since: Mutex::new(Instant::now()),
            cancel: watch::Sender::new(false),
            reading: Arc::default(),
            preparing: Mutex::default(),
            report: Mutex::default(),
            importing: Progress::default(),
        }
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// Its report; the file is read again when it is another. Open pages ask several times a second.
    pub(crate) fn report(&self) -> Arc<Report> {
        let about = std::fs::metadata(self.folder.file("report.json")).ok();
        let written = about.map(|about| (about.ino(), about.len(), about.mtime(), about.mtime_nsec()));
        let mut last = lock(&self.report);
        match &*last {
            Some((then, report)) if *then == written => Arc::clone(report),
            _ => {
                let report = Arc::new(books::read_report(&self.folder));
                *last = Some((written, Arc::clone(&report)));
                report
            }
        }
    }

    /// Name of the run.
    pub(crate) fn name(&self) -> String {
        self.folder.name()
    }

    /// What it is made from.
    pub(crate) fn origin(&self) -> Origin {
        lock(&self.stored).origin.clone()
    }

    /// Where it stands.
    pub(crate) fn state(&self) -> State {
        lock(&self.stored).state.clone()
    }

    /// Seconds since it stands there.
    pub(crate) fn seconds(&self) -> f64 {
        lock(&self.since).elapsed().as_secs_f64()
    }

    /// What was ordered for its import.
    pub(crate) fn orders(&self) -> Option<Orders> {
        lock(&self.stored).orders.clone()
    }

    /// Whether the table of the import page leaves it out.
    pub(crate) fn is_cleared(&self) -> bool {
        lock(&self.stored).cleared
    }

    /// Whether something moves by itself.
    pub(crate) fn is_under_way(&self) -> bool {
        let state = self.state();
        state.is_importing() || matches!(state, State::Reading | State::Preparing)
    }

    /// How far its preparation is.
    pub(crate) fn preparing(&self) -> Arc<PrepareProgress> {
        Arc::clone(&lock(&self.preparing))
    }

    /// It is prepared from the beginning.
    pub(super) fn begin_preparing(&self) -> Arc<PrepareProgress> {
        let fresh = Arc::<PrepareProgress>::default();
        *lock(&self.preparing) = Arc::clone(&fresh);
        fresh
    }

    /// What prepares it now stops.
    pub(super) fn stop_preparing(&self) {
        self.preparing().stop.store(true, std::sync::atomic::Ordering::Relaxed);
    }

    /// Changes what is stored. A disk that says no is told in the log; what is shown is right all the same.
    pub(super) fn change(&self, change: impl FnOnce(&mut Stored)) {
        let mut stored = lock(&self.stored);
        let before = stored.state.clone();
        change(&mut stored);
        if stored.state != before {
            *lock(&self.since) = Instant::now();
        }
        if let Err(error) = stored.write(&self.folder) {
            tracing::error!(%error, "where the run stands cannot be stored");
        }
    }

    /// It stands there from now on.
    pub(crate) fn set(&self, state: State) {
        self.change(|stored| stored.state = state);
    }

    /// It shall be imported when its turn comes. False when it is not in a state for that.
    pub(crate) fn order(&self, orders: Option<Orders>) -> bool {
        let mut done = false;
        self.change(|stored| {
            done =
                matches!(stored.state, State::Ready | State::Paused | State::Stopped(_) | State::Cancelled)
                    && (orders.is_some() || stored.orders.is_some());
            if done {
                // A run goes on where and how it began.
                stored.orders = stored.orders.take().or(orders);
                self.cancel.send_replace(false);
                stored.state = State::Queued;
            }
        });
        done
    }

    /// It is going to be removed, and cannot be ordered any more; where it stood before. Refused, with the reason, for what is being
    /// prepared or has begun to import.
    pub(crate) fn take_away(&self) -> Result<State, &'static str> {
        let mut before = Err("this run has begun to import, so it stays");
        self.change(|stored| match &stored.state {
            State::Ready | State::Broken(_) | State::Cut(_) | State::Incomplete(_) => {
                before = Ok(std::mem::replace(&mut stored.state, State::Cancelling));
            }
            State::Waiting | State::Reading | State::Preparing => {
                before = Err("this run is being prepared; remove it when that has ended");
            }
            _ => {}
        });
        before
    }

    /// It shall stop for now, or for good. What is not being imported has nothing to stop: then it says false.
    pub(crate) fn halt(&self, for_good: bool) -> bool {
        let (mut is_stopping, mut is_halted) = (false, false);
        self.change(|stored| {
            let halted = match (&stored.state, for_good) {
                (State::Importing | State::Pausing, true) => State::Cancelling,
                (State::Importing, false) => State::Pausing,
                (State::Queued | State::Paused | State::Stopped(_), true) => State::Cancelled,
                (State::Queued, false) => State::Paused,
                (other, _) => other.clone(),
            };
            is_halted = halted != stored.state;
            stored.state = halted;
            is_stopping = matches!(stored.state, State::Pausing | State::Cancelling);
        });
        if is_stopping {
            self.cancel.send_replace(true);
        }
        is_halted
    }

    /// Its turn has come. False when a person was faster and held it.
    pub(super) fn begin(&self) -> bool {
        let mut begun = false;
        self.change(|stored| {
            begun = stored.state == State::Queued;
            if begun {
                stored.state = State::Importing;
            }
        });
        begun
    }

    /// Its users are settled. Who was told to stop meanwhile is not proved now.
    pub(super) fn settled(&self) {
        self.change(|stored| {
            if stored.state == State::Importing {
                stored.state = State::Proving;
            }
        });
    }

    /// Takes what came before the break of its input.
    pub(crate) fn accept_cut(&self) {
        self.change(|stored| {
            if matches!(stored.state, State::Cut(_)) {
                stored.state = State::Ready;
                // When it is prepared again, with more files, nobody is asked again.
                if let Origin::Upload { files, .. } = &mut stored.origin {
                    files.iter_mut().for_each(|file| file.taken = true);
                }
            }
        });
    }

    /// Whether it goes on without the accounts that its site counts and does not give.
    pub(crate) fn accepts_incomplete(&self) -> bool {
        lock(&self.stored).accept_incomplete
    }

    /// Its source is read again, from where it stopped; with `incomplete` a gap stays a gap.
    pub(crate) fn read_again(&self, incomplete: bool) {
        self.change(|stored| {
            if stored.reads_again() {
                stored.accept_incomplete |= incomplete;
                stored.state = State::Waiting;
            }
        });
    }

    /// Whether it was prepared for users who are known by nothing else than a connection takes.
    pub(crate) fn fits(&self, takes: &[String]) -> bool {
        let manifest = self.folder.manifest().ok();
        manifest.is_none_or(|manifest| manifest.policies.identifiers.iter().all(|name| takes.contains(name)))
    }

    /// What is prepared and nobody has started is prepared once more, by the choices of now. False for what the page has not
    /// prepared itself.
    pub(crate) fn prepare_anew(&self) -> bool {
        let mut done = false;
        self.change(|stored| {
            done = stored.state == State::Ready && stored.is_prepared_here();
            if done {
                stored.state = State::Waiting;
            }
        });
        done
    }

    /// Whether it is prepared and holds nobody to import.
    pub(crate) fn holds_nobody(&self) -> bool {
        matches!(self.state(), State::Ready | State::Cut(_)) && is_empty(&self.report())
    }

    /// Whether it can be imported, and holds somebody.
    pub(crate) fn is_ready(&self) -> bool {
        self.state() == State::Ready && !is_empty(&self.report())
    }

    /// Whether its source can be read again.
    pub(crate) fn reads_again(&self) -> bool {
        lock(&self.stored).reads_again()
    }

    /// The table of the import page shows it again.
    pub(crate) fn show(&self) {
        self.change(|stored| stored.cleared = false);
    }

    /// The table of the import page leaves it out from now on.
    pub(crate) fn clear(&self) {
        self.change(|stored| stored.cleared = true);
    }

    /// The process ends: whatever is under way stops, and the next process goes on.
    pub(super) fn interrupt(&self) {
        self.stop_preparing();
        self.cancel.send_replace(true);
    }

    /// Becomes true when it shall stop; only an order clears it, so that no stop is lost on the way.
    pub(crate) fn cancel(&self) -> Cancel {
        self.cancel.subscribe()
    }
}

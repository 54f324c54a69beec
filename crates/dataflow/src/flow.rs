//! What connects two steps: bounded channels of small batches, with counters.

mod fused;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::mpsc;

use crate::fault::Fault;
use crate::file::File;
use crate::log::{Level, Log};
use crate::secret::masked;
pub(crate) use fused::{At, Chain, Fused};
use record::{Object, Record, Value};

/// Records that travel together.
const BATCH: usize = 32;

/// Records that are shown at each step with level debug.
const SHOWN: u64 = 3;

/// The member of a record on the error path that says what went wrong.
pub const ERROR_DETAILS: &str = "_errorDetails";

/// What steps pass on.
#[derive(Clone, Debug)]
pub enum Item {
    /// A record.
    Record(Record),
    /// A whole file.
    File(File),
}

impl Item {
    fn into_record(self) -> Result<Record, Fault> {
        match self {
            Self::Record(record) => Ok(record),
            Self::File(file) => {
                Err(Fault::lasting(format!("the file {} came where records are taken", file.name())))
            }
        }
    }
}

impl From<Record> for Item {
    fn from(record: Record) -> Self {
        Self::Record(record)
    }
}

impl From<File> for Item {
    fn from(file: File) -> Self {
        Self::File(file)
    }
}

/// Why a record takes the error path; it becomes the record's `_errorDetails`.
///
/// Gigya adds an object of this name whose members are not documented, but for `errorMessage`, which scripts set by hand.
/// Ours are `errorMessage`, `errorCode` where there is one, `step`, and whatever the component adds.
#[derive(Clone, Debug, Default)]
pub struct ErrorDetails {
    /// What happened, in a sentence.
    pub message: String,
    /// The code of the answer, if it was one of Gigya's.
    pub code: Option<i64>,
    /// Further members.
    pub more: Object,
}

impl ErrorDetails {
    /// Just a sentence.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), ..Self::default() }
    }

    fn into_value(self, step: &str) -> Value {
        let mut details = Object::new();
        details.insert("errorMessage", self.message);
        if let Some(code) = self.code {
            details.insert("errorCode", code);
        }
        details.insert("step", step);
        for (name, value) in self.more {
            details.insert(name, value);
        }
        details.into()
    }
}

/// What a step counts.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Items that came in.
    pub(crate) received: AtomicU64,
    /// Items that went on to `next`, each once, however many steps follow.
    pub(crate) passed: AtomicU64,
    /// Records that took the error path.
    pub(crate) failed: AtomicU64,
    /// Of these, the ones for which the step names no error step.
    pub(crate) unrouted: AtomicU64,
    /// Records that the step let go on purpose.
    pub(crate) dropped: AtomicU64,
}

/// The items that are still allowed to come from the readers of a job.
#[derive(Debug)]
pub(crate) struct Limit(AtomicU64);

impl Limit {
    pub(crate) fn new(most: u64) -> Self {
        Self(AtomicU64::new(most))
    }

    fn take(&self) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    pub(crate) fn is_reached(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }
}

/// Sees everything that leaves the steps of a job.
pub(crate) trait Tap: std::fmt::Debug + Send + Sync {
    /// What a step gives.
    fn gave(&self, step: &str, item: &Item);
    /// What takes the error path, and why.
    fn failed(&self, step: &str, record: &Record, message: &str);
}

/// What a step is called in lines and what it counts.
#[derive(Debug)]
pub(crate) struct Identity {
    pub(crate) id: String,
    pub(crate) counters: Counters,
    pub(crate) log: Log,
    pub(crate) tap: Option<Arc<dyn Tap>>,
}

impl Identity {
    /// Counts and shows what the step gives.
    fn gave(&self, item: &Item) {
        let before = self.counters.passed.fetch_add(1, Ordering::Relaxed);
        if before < SHOWN && self.log.hears(Level::Debug) {
            let text = match item {
                Item::Record(record) => masked(&record.as_value().to_serde()).to_string(),
                Item::File(file) => format!("file {}, {} bytes", file.name(), file.size()),
            };
            self.log.say(Level::Debug, &self.id, &text);
        }
        if let Some(tap) = &self.tap {
            tap.gave(&self.id, item);
        }
    }

    /// A record with what went wrong, and that in a sentence.
    fn detailed(&self, mut record: Record, details: ErrorDetails) -> (Record, String) {
        let message = details.message.clone();
        record.members_mut().insert(ERROR_DETAILS, details.into_value(&self.id));
        (record, message)
    }

    /// Counts and shows a record that takes the error path; where there is none (`routed`) it ends here, with a line.
    fn failed(&self, record: &Record, message: &str, routed: bool) {
        self.counters.failed.fetch_add(1, Ordering::Relaxed);
        if let Some(tap) = &self.tap {
            tap.failed(&self.id, record, message);
        }
        if !routed {
            self.counters.unrouted.fetch_add(1, Ordering::Relaxed);
            self.log.failed(&self.id, message, uid(record).as_deref());
        }
    }
}

/// The UID of a record that has one.
pub(crate) fn uid(record: &Record) -> Option<String> {
    let found = ["UID", "uid"].iter().find_map(|name| record.members().get(name)?.as_str());
    found.filter(|uid| !uid.is_empty()).map(|uid| uid.to_string())
}

/// Which record it is, for a sentence about it.
pub(crate) fn place(record: &Record, position: u64) -> String {
    match uid(record) {
        Some(uid) => format!("record {position} (UID {uid})"),
        None => format!("record {position}"),
    }
}

/// What comes into a step.
pub struct Input {
    receiver: mpsc::Receiver<Vec<Item>>,
    batch: std::vec::IntoIter<Item>,
    identity: Arc<Identity>,
    /// Steps before this one that run in its task.
    before: Chain,
}

impl Input {
    pub(crate) fn new(receiver: mpsc::Receiver<Vec<Item>>, identity: Arc<Identity>) -> Self {
        Self { receiver, batch: Vec::new().into_iter(), identity, before: Chain::default() }
    }

    /// Takes what would come into another step.
    pub(crate) fn takes_over(&mut self, other: Self) {
        self.receiver = other.receiver;
    }

    /// What comes passes through these steps first.
    pub(crate) fn behind(&mut self, before: Chain) {
        self.before = before;
    }

    /// The next item; nothing when all steps before have ended. While it waits, what the step has given so far is
    /// flushed from `output`. Safe to cancel.
    ///
    /// # Errors
    /// [`Fault::Stopped`] when nobody takes what is flushed; what a step says that runs in this one's task.
    pub async fn next(&mut self, output: &mut Output) -> Result<Option<Item>, Fault> {
        loop {
            self.before.relieve().await?;
            if let Some(item) = self.batch.next() {
                self.identity.counters.received.fetch_add(1, Ordering::Relaxed);
                return Ok(Some(item));
            }
            let batch = match self.receiver.try_recv() {
                Ok(batch) => Some(batch),
                Err(_) => {
                    output.flush().await?;
                    self.before.flush().await?;
                    self.receiver.recv().await
                }
            };
            match batch {
                // Without a pause between taking a batch and keeping it: this future may be dropped at each.
                Some(batch) => self.batch = self.before.change(batch)?.into_iter(),
                None => return self.before.end().await.map(|()| None),
            }
        }
    }

    /// As [`Input::next`], for a step that takes records.
    ///
    /// # Errors
    /// As [`Input::next`].
    pub async fn record(&mut self, output: &mut Output) -> Result<Option<Record>, Fault> {
        self.next(output).await?.map(Item::into_record).transpose()
    }

    /// As [`Input::next`], for a step that takes files.
    ///
    /// # Errors
    /// As [`Input::next`].
    pub async fn file(&mut self, output: &mut Output) -> Result<Option<File>, Fault> {
        match self.next(output).await? {
            Some(Item::File(file)) => Ok(Some(file)),
            Some(Item::Record(_)) => Err(Fault::lasting("a record came where files are taken")),
            None => Ok(None),
        }
    }
}

/// One edge, seen from its beginning.
#[derive(Clone)]
pub(crate) struct Port {
    sender: mpsc::Sender<Vec<Item>>,
    buffer: Vec<Item>,
    count: Arc<AtomicU64>,
}

impl Port {
    pub(crate) fn new(sender: mpsc::Sender<Vec<Item>>, count: Arc<AtomicU64>) -> Self {
        Self { sender, buffer: Vec::new(), count }
    }

    async fn give(&mut self, item: Item) -> Result<(), Fault> {
        // A file may be large and is worth a batch of its own.
        let whole = matches!(item, Item::File(_));
        self.put(item);
        if whole || self.is_full() { self.flush().await } else { Ok(()) }
    }

    fn put(&mut self, item: Item) {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.buffer.push(item);
    }

    fn is_full(&self) -> bool {
        self.buffer.len() >= BATCH
    }

    async fn flush(&mut self) -> Result<(), Fault> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let place = self.sender.reserve().await.map_err(|_| Fault::Stopped)?;
        place.send(std::mem::replace(&mut self.buffer, Vec::with_capacity(BATCH)));
        Ok(())
    }
}

/// What goes out of a step. Clones may be given to workers of the step; each flushes its own.
#[derive(Clone)]
pub struct Output {
    identity: Arc<Identity>,
    next: Vec<Port>,
    error: Vec<Port>,
    limit: Option<Arc<Limit>>,
}

impl Output {
    pub(crate) fn new(
        identity: Arc<Identity>,
        next: Vec<Port>,
        error: Vec<Port>,
        limit: Option<Arc<Limit>>,
    ) -> Self {
        Self { identity, next, error, limit }
    }

    /// Gives a record or a file to every step that follows. Waits while they have enough to do.
    ///
    /// # Errors
    /// [`Fault::Stopped`] when the job was stopped or has read as many records as it may.
    pub async fn give(&mut self, item: impl Into<Item>) -> Result<(), Fault> {
        if self.limit.as_ref().is_some_and(|limit| !limit.take()) {
            self.flush().await?;
            return Err(Fault::Stopped);
        }
        let item = item.into();
        self.identity.gave(&item);
        split(&mut self.next, item).await
    }

    /// Sends a record along the error path with its `_errorDetails`. If the step names no error step the record ends
    /// here: it is counted and an error is logged.
    ///
    /// # Errors
    /// As [`Output::give`].
    pub async fn fail(&mut self, record: Record, details: ErrorDetails) -> Result<(), Fault> {
        let (record, message) = self.identity.detailed(record, details);
        self.refuse(record, &message).await
    }

    /// Sends a record along the error path as it is: it carries what went wrong already.
    ///
    /// # Errors
    /// As [`Output::give`].
    pub async fn refuse(&mut self, record: Record, message: &str) -> Result<(), Fault> {
        self.identity.failed(&record, message, !self.error.is_empty());
        split(&mut self.error, Item::Record(record)).await
    }

    /// Counts a record that the step lets go on purpose.
    pub fn dropped(&self) {
        self.identity.counters.dropped.fetch_add(1, Ordering::Relaxed);
    }

    /// Says a line in the step's name.
    pub fn say(&self, level: Level, text: &str) {
        self.identity.log.say(level, &self.identity.id, text);
    }

    /// Passes on what has been given so far. A reader calls it before it waits for something else than its input.
    ///
    /// # Errors
    /// As [`Output::give`].
    pub async fn flush(&mut self) -> Result<(), Fault> {
        for port in self.next.iter_mut().chain(&mut self.error) {
            port.flush().await?;
        }
        Ok(())
    }
}

/// Each port gets the item; the last one gets the original.
async fn split(ports: &mut [Port], item: Item) -> Result<(), Fault> {
    let Some((last, others)) = ports.split_last_mut() else { return Ok(()) };
    for port in others {
        port.give(item.clone()).await?;
    }
    last.give(item).await
}

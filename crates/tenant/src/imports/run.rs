//! The run of one job, from where it stands to its end.

use rusqlite::Connection;
use serde_json::value::RawValue;

use super::connection::Identifiers;
use super::entry::{self, Entry, Refused};
use super::file;
use super::jobs::{self, End, Job, Progress, TIMEOUT_MS};
use super::outcome::{self, Outcome};
use super::seen::Seen;
use super::trouble::Trouble;
use crate::schema::{UserFault, UserImportSchema};
use crate::state::AppState;
use crate::store::{StoreError, connections};

/// Users per transaction. The store has one writer: a batch keeps it for a few milliseconds.
const BATCH: usize = 250;

/// Runs a job on the calling thread until it is done or the tenant stops; then it stays pending.
pub(super) fn run(
    state: &AppState,
    job: &Job,
    schema: &UserImportSchema,
    payload: &[u8],
) -> Result<(), StoreError> {
    let text = file::text(payload);
    let Some(entries) = file::entries(&text) else {
        return end(state, job, End::Failed);
    };
    let connection = state.store().read_blocking(|reader| connections::by_pk(reader, job.connection))?;
    let connection = connection.filter(|connection| job.is_for(connection));
    let identifiers = connection.as_ref().map(Identifiers::of);
    let trouble = Trouble::of(state.faults());
    let pace = Pace::begin(state);
    let mut batches =
        Batches { state, job, schema, identifiers, trouble, seen: Seen::default(), progress: job.progress };
    batches.recall(&entries);
    if entries.is_empty() {
        return end(state, job, End::Completed);
    }
    if trouble.late_ms > 0 && !state.reach_blocking(job.created_at.saturating_add(trouble.late_ms)) {
        return Ok(());
    }
    let (stopping, last) = (state.stopping(), trouble.reach(entries.len()));
    let first = batches.position();
    while batches.position() < last {
        if *stopping.borrow() {
            return Ok(());
        }
        if state.now_ms() - job.created_at > TIMEOUT_MS {
            return end(state, job, End::Failed);
        }
        let stop = last.min(batches.position() + pace.batch());
        if !pace.hold(state, stop - first) {
            return Ok(());
        }
        batches.next(&entries, stop)?;
    }
    if last == entries.len() || trouble.stuck && !state.reach_blocking(job.created_at + TIMEOUT_MS + 1) {
        return Ok(());
    }
    end(state, job, End::Failed)
}

/// How fast a job goes through its users.
struct Pace {
    /// None: as fast as the machine is.
    users_per_second: Option<f64>,
    begun_ms: i64,
}

impl Pace {
    fn begin(state: &AppState) -> Self {
        Self { users_per_second: state.limits().users_per_second(), begun_ms: state.now_ms() }
    }

    /// Users of a batch: about those of a second, so that a slow job moves on steadily.
    fn batch(&self) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small positive number"
        )]
        self.users_per_second.map_or(BATCH, |rate| (rate as usize).clamp(1, BATCH))
    }

    /// Waits until a tenant of this pace has had the time for so many users; false when the tenant stops before.
    fn hold(&self, state: &AppState, users: usize) -> bool {
        let Some(rate) = self.users_per_second else { return true };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "a file has a few thousand users"
        )]
        let due = (users as f64 / rate * 1_000.0) as i64;
        state.reach_blocking(self.begun_ms.saturating_add(due))
    }
}

fn end(state: &AppState, job: &Job, end: End) -> Result<(), StoreError> {
    let now = state.now_ms();
    state.store().write_blocking(|tx| jobs::finish(tx, job.pk, end, now))
}

struct Batches<'a> {
    state: &'a AppState,
    job: &'a Job,
    schema: &'a UserImportSchema,
    /// None when the connection is gone.
    identifiers: Option<Identifiers>,
    trouble: Trouble,
    seen: Seen,
    progress: Progress,
}

/// An entry before the store was asked.
enum Judged {
    Good(Box<Entry>),
    Bad(Box<Refused>),
    Double,
}

impl Batches<'_> {
    /// Remembers the users that were dealt with before a restart, so that their doubles are still found.
    fn recall(&mut self, entries: &[&RawValue]) {
        for raw in &entries[..self.position().min(entries.len())] {
            self.judge(raw);
        }
    }

    /// Position in the file of the first user that is not dealt with.
    fn position(&self) -> usize {
        usize::try_from(self.progress.processed).unwrap_or_default()
    }

    fn judge(&mut self, raw: &RawValue) -> Judged {
        let Some(identifiers) = &self.identifiers else {
            let faults = vec![outcome::connection_gone()];
            return Judged::Bad(Box::new(Refused { user: entry::shown(raw), faults }));
        };
        match entry::judge(raw, self.schema, identifiers) {
            Ok(entry) if self.seen.is_double(&entry) => Judged::Double,
            Ok(entry) => Judged::Good(Box::new(entry)),
            Err(refused) => Judged::Bad(refused),
        }
    }

    /// Judges the users up to `stop`, then writes them and the progress in one transaction.
    fn next(&mut self, entries: &[&RawValue], stop: usize) -> Result<(), StoreError> {
        let batch = &entries[self.position()..stop];
        let judged: Vec<Judged> = batch.iter().map(|raw| self.judge(raw)).collect();
        let now = self.state.now_ms();
        let mut progress = self.progress;
        let last = stop == entries.len();
        self.state.store().write_blocking(|tx| -> Result<(), StoreError> {
            let connection = connections::by_pk(tx, self.job.connection)?;
            let gone = !connection.is_some_and(|connection| self.job.is_for(&connection));
            let (first, mut errors) = (progress.processed, String::new());
            for (judged, raw) in judged.into_iter().zip(batch) {
                if let Some(refused) = self.settle(tx, judged, raw, gone, now, &mut progress)? {
                    list(&refused, &mut errors);
                }
            }
            if !errors.is_empty() {
                jobs::add_errors(tx, self.job.pk, first, &errors)?;
            }
            jobs::advance(tx, self.job.pk, &progress)?;
            if last {
                jobs::finish(tx, self.job.pk, End::Completed, now)?;
                if self.trouble.gone {
                    jobs::forget(tx, self.job.pk)?;
                }
            }
            Ok(())
        })?;
        self.progress = progress;
        Ok(())
    }

    fn settle(
        &self,
        tx: &Connection,
        judged: Judged,
        raw: &RawValue,
        gone: bool,
        now: i64,
        progress: &mut Progress,
    ) -> Result<Option<Box<Refused>>, StoreError> {
        progress.processed += 1;
        let refused = match judged {
            Judged::Bad(refused) => refused,
            _ if gone => refusal(raw, outcome::connection_gone()),
            Judged::Double => refusal(raw, outcome::double()),
            Judged::Good(entry) => {
                match outcome::write(tx, self.job.connection, self.job.upsert, *entry, now)? {
                    Outcome::Inserted => {
                        progress.inserted += 1;
                        return Ok(None);
                    }
                    Outcome::Updated => {
                        progress.updated += 1;
                        return Ok(None);
                    }
                    Outcome::Failed(fault) => refusal(raw, fault),
                }
            }
        };
        progress.failed += 1;
        Ok(Some(refused))
    }
}

fn refusal(raw: &RawValue, fault: UserFault) -> Box<Refused> {
    Box::new(Refused { user: entry::shown(raw), faults: vec![fault] })
}

/// Adds an entry to the error list.
fn list(refused: &Refused, errors: &mut String) {
    let faults = serde_json::to_string(&refused.faults).unwrap_or_else(|_| "[]".to_owned());
    if !errors.is_empty() {
        errors.push(',');
    }
    for text in ["{\"user\":", &refused.user, ",\"errors\":", &faults, "}"] {
        errors.push_str(text);
    }
}

//! The run of one job, from where it stands to its end.

use rusqlite::Connection;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::connection::Identifiers;
use super::entry::{self, Entry, Refused};
use super::file;
use super::jobs::{self, End, Job, Progress, TIMEOUT_MS};
use super::outcome::{self, Outcome};
use super::seen::Seen;
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
    let mut batches =
        Batches { state, job, schema, identifiers, seen: Seen::default(), progress: job.progress };
    batches.recall(&entries);
    if entries.is_empty() {
        return end(state, job, End::Completed);
    }
    let stopping = state.stopping();
    while batches.position() < entries.len() {
        if *stopping.borrow() {
            return Ok(());
        }
        if state.now_ms() - job.created_at > TIMEOUT_MS {
            return end(state, job, End::Failed);
        }
        batches.next(&entries)?;
    }
    Ok(())
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

    /// Judges the next users, then writes them and the progress in one transaction.
    fn next(&mut self, entries: &[&RawValue]) -> Result<(), StoreError> {
        let start = self.position();
        let stop = entries.len().min(start + BATCH);
        let batch = &entries[start..stop];
        let judged: Vec<Judged> = batch.iter().map(|raw| self.judge(raw)).collect();
        let now = self.state.now_ms();
        let mut progress = self.progress;
        let last = stop == entries.len();
        self.state.store().write_blocking(|tx| -> Result<(), StoreError> {
            let connection = connections::by_pk(tx, self.job.connection)?;
            let gone = !connection.is_some_and(|connection| self.job.is_for(&connection));
            for (judged, raw) in judged.into_iter().zip(batch) {
                self.settle(tx, judged, raw, gone, now, &mut progress)?;
            }
            jobs::advance(tx, self.job.pk, &progress)?;
            if last {
                jobs::finish(tx, self.job.pk, End::Completed, now)?;
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
    ) -> Result<(), StoreError> {
        let position = progress.processed;
        progress.processed += 1;
        let refused = match judged {
            Judged::Bad(refused) => refused,
            _ if gone => refusal(raw, outcome::connection_gone()),
            Judged::Double => refusal(raw, outcome::double()),
            Judged::Good(entry) => {
                match outcome::write(tx, self.job.connection, self.job.upsert, *entry, now)? {
                    Outcome::Inserted => {
                        progress.inserted += 1;
                        return Ok(());
                    }
                    Outcome::Updated => {
                        progress.updated += 1;
                        return Ok(());
                    }
                    Outcome::Failed(fault) => refusal(raw, fault),
                }
            }
        };
        progress.failed += 1;
        jobs::add_error(tx, self.job.pk, position, &listed(&refused))
    }
}

fn refusal(raw: &RawValue, fault: UserFault) -> Box<Refused> {
    Box::new(Refused { user: entry::shown(raw), faults: vec![fault] })
}

/// The entry of the error list.
fn listed(refused: &Refused) -> String {
    #[derive(Serialize)]
    struct Listed<'a> {
        user: &'a Value,
        errors: &'a [UserFault],
    }
    let listed = Listed { user: &refused.user, errors: &refused.faults };
    serde_json::to_string(&listed).unwrap_or_else(|_| "{}".to_owned())
}

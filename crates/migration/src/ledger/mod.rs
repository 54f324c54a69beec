//! `ledger.sqlite`: what happened to each part, append-only. What a part is now is a fold over it ([`Ledger::state`]).

mod attempts;
mod lock;
mod open;

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};

use crate::step::{Event, Facts, State, step};

pub use attempts::Attempt;
pub use lock::RunLock;

/// Where a run went, kept from its first import on, so that a resumed run cannot go elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// Name of the target as the manifest names it.
    pub tenant: String,
    /// Name of the connection.
    pub connection: String,
    /// Id of the connection: another tenant has another.
    pub connection_id: String,
    /// Whether users who are there are changed.
    pub upsert: bool,
}

/// The ledger of one run, open and locked against a second process; or looked at ([`Ledger::look`]).
#[derive(Debug)]
pub struct Ledger {
    path: PathBuf,
    connection: Mutex<Connection>,
    _lock: Option<RunLock>,
}

/// Why the ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another process works on the run.
    #[error("another process works on this run ({0} is locked); wait for it or stop it")]
    Locked(PathBuf),
    /// A later version wrote it.
    #[error("{path} was written by a later version of Crosswalk (ledger version {found}); use that version")]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: i64,
    },
    /// SQLite or the disk said no.
    #[error("{path}: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// The answer.
        source: rusqlite::Error,
    },
    /// A line of it makes no sense.
    #[error("{path} is damaged at event {sequence} of part {part}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The part.
        part: u32,
        /// The event's number.
        sequence: i64,
    },
    /// The lock file cannot be made.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
}

impl Ledger {
    /// What the run is bound to; none before its first import.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`].
    pub fn bound(&self) -> Result<Option<Bound>, LedgerError> {
        self.with(|connection| {
            connection
                .query_row("SELECT tenant, connection, connection_id, upsert FROM bound", [], |row| {
                    Ok(Bound {
                        tenant: row.get(0)?,
                        connection: row.get(1)?,
                        connection_id: row.get(2)?,
                        upsert: row.get(3)?,
                    })
                })
                .optional()
        })
    }

    /// Binds the run to its target, once.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`], also when it is bound already.
    pub fn bind(&self, bound: &Bound) -> Result<(), LedgerError> {
        self.with(|connection| {
            connection.execute(
                "INSERT INTO bound (one, tenant, connection, connection_id, upsert) VALUES (1, ?1, ?2, ?3, ?4)",
                params![bound.tenant, bound.connection, bound.connection_id, bound.upsert],
            )
        })
        .map(|_| ())
    }

    /// Appends an event. When this returns, it survives a crash of the process and of the machine.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`], such as a full disk.
    pub fn append(&self, part: u32, at_millis: i64, event: &Event) -> Result<(), LedgerError> {
        let body = serde_json::to_string(event).unwrap_or_default();
        self.with(|connection| {
            connection
                .prepare_cached("INSERT INTO events (part, at, body) VALUES (?1, ?2, ?3)")?
                .execute(params![part, at_millis, body])
        })
        .map(|_| ())
    }

    /// The events of a part in their order, each with its time, epoch milliseconds of this machine.
    ///
    /// # Errors
    /// [`LedgerError::Sqlite`], [`LedgerError::Damaged`].
    pub fn events(&self, part: u32) -> Result<Vec<(i64, Event)>, LedgerError> {
        let rows: Vec<(i64, i64, String)> = self.with(|connection| {
            connection
                .prepare_cached("SELECT sequence, at, body FROM events WHERE part = ?1 ORDER BY sequence")?
                .query_map([part], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                .collect()
        })?;
        rows.into_iter()
            .map(|(sequence, at, body)| match serde_json::from_str(&body) {
                Ok(event) => Ok((at, event)),
                Err(_) => Err(LedgerError::Damaged { path: self.path.clone(), part, sequence }),
            })
            .collect()
    }

    /// What a part is now.
    ///
    /// # Errors
    /// As [`Ledger::events`].
    pub fn state(&self, part: u32, facts: &Facts) -> Result<State, LedgerError> {
        let events = self.events(part)?;
        Ok(events.iter().fold(State::packed(facts), |state, (_, event)| step(facts, state, event).0))
    }

    fn with<T>(&self, run: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, LedgerError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        run(&connection).map_err(|source| LedgerError::Sqlite { path: self.path.clone(), source })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::RunFolder;

    fn folder() -> (tempfile::TempDir, RunFolder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = RunFolder::create(&dir.path().join("run")).unwrap();
        (dir, folder)
    }

    #[test]
    fn what_was_appended_is_there_after_reopening() {
        let (_dir, folder) = folder();
        let facts = Facts { users: 2, upsert: false };
        let ledger = Ledger::open(&folder).unwrap();
        ledger.append(1, 5, &Event::Begun { at: 7 }).unwrap();
        ledger.append(2, 6, &Event::Begun { at: 8 }).unwrap();
        ledger.append(1, 9, &Event::Accepted { job: "job_1".to_owned() }).unwrap();
        let before = ledger.state(1, &facts).unwrap();
        drop(ledger);
        let ledger = Ledger::open(&folder).unwrap();
        assert_eq!(ledger.state(1, &facts).unwrap(), before);
        assert_eq!(ledger.events(1).unwrap().len(), 2);
        assert_eq!(ledger.state(3, &facts).unwrap(), State::packed(&facts));
    }

    #[test]
    fn events_cannot_be_changed() {
        let (_dir, folder) = folder();
        let ledger = Ledger::open(&folder).unwrap();
        ledger.append(1, 5, &Event::Lost).unwrap();
        for sql in ["DELETE FROM events", "UPDATE events SET part = 2"] {
            assert!(ledger.with(|connection| connection.execute(sql, [])).is_err(), "{sql}");
        }
    }

    #[test]
    fn two_imports_cannot_work_on_one_run() {
        let (_dir, folder) = folder();
        let first = Ledger::open(&folder).unwrap();
        assert!(matches!(Ledger::open(&folder), Err(LedgerError::Locked(_))));
        assert!(RunLock::is_held(&folder));
        drop(first);
        assert!(!RunLock::is_held(&folder), "to look takes nothing");
        Ledger::open(&folder).unwrap();
    }

    #[test]
    fn a_run_is_bound_once() {
        let (_dir, folder) = folder();
        let ledger = Ledger::open(&folder).unwrap();
        assert_eq!(ledger.bound().unwrap(), None);
        let bound = Bound {
            tenant: "local".to_owned(),
            connection: "gigya".to_owned(),
            connection_id: "con_1".to_owned(),
            upsert: true,
        };
        ledger.bind(&bound).unwrap();
        assert_eq!(ledger.bound().unwrap(), Some(bound.clone()));
        assert!(ledger.bind(&bound).is_err());
    }

    #[test]
    fn attempts_can_be_read_with_sql() {
        let (_dir, folder) = folder();
        let ledger = Ledger::open(&folder).unwrap();
        for event in [Event::Begun { at: 7 }, Event::Accepted { job: "job_1".to_owned() }, Event::Broken] {
            ledger.append(4, 5, &event).unwrap();
        }
        let row: (u32, i64, String, String) = ledger
            .with(|connection| {
                connection.query_row("SELECT part, sent_at, job, status FROM attempts", [], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
            })
            .unwrap();
        assert_eq!(row, (4, 7, "job_1".to_owned(), "broken".to_owned()));
    }

    #[test]
    fn a_ledger_of_the_future_is_refused() {
        let (_dir, folder) = folder();
        let ledger = Ledger::open(&folder).unwrap();
        ledger.with(|connection| connection.pragma_update(None, "user_version", 99)).unwrap();
        drop(ledger);
        assert!(matches!(Ledger::open(&folder), Err(LedgerError::Version { found: 99, .. })));
    }
}

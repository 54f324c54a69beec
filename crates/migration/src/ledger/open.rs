//! Opening the ledger: its tables and their version.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::sync::Mutex;

use rusqlite::{Connection, OpenFlags};

use super::{Ledger, LedgerError, RunLock};
use crate::run::RunFolder;

/// Version of the tables below, in `user_version`.
const VERSION: i64 = 1;

/// `attempts` is for people with a SQL shell: one line per attempt, made from the events that follow its beginning.
const TABLES: &str = "
CREATE TABLE bound (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    tenant TEXT NOT NULL, connection TEXT NOT NULL, connection_id TEXT NOT NULL, upsert INTEGER NOT NULL
) STRICT;
CREATE TABLE events (
    sequence INTEGER PRIMARY KEY, part INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_part ON events (part, sequence);
CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER events_are_final BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE VIEW attempts AS
WITH begun AS (
    SELECT part, sequence, at, body,
        row_number() OVER (PARTITION BY part ORDER BY sequence) AS number,
        lead(sequence, 1, 9223372036854775807) OVER (PARTITION BY part ORDER BY sequence) AS next
    FROM events WHERE body ->> 'event' = 'begun'
)
SELECT begun.part, number, begun.body ->> 'at' AS sent_at,
    max(events.body ->> 'job') AS job,
    coalesce(max(CASE WHEN events.body ->> 'event' IN ('finished', 'broken', 'lost', 'not_sent')
        THEN events.body ->> 'event' END), 'under way') AS status,
    max(events.body ->> 'inserted') AS inserted, max(events.body ->> 'updated') AS updated,
    max(events.body ->> 'failed') AS failed, max(events.body ->> 'refusals') AS errors
FROM begun JOIN events ON events.part = begun.part AND events.sequence >= begun.sequence AND events.sequence < begun.next
GROUP BY begun.part, number;
";

impl Ledger {
    /// Opens the ledger of a run, makes it when there is none, and locks the run.
    ///
    /// # Errors
    /// [`LedgerError::Locked`] when another process works on the run, [`LedgerError::Version`] when a later version
    /// wrote it, and what the disk says.
    pub fn open(folder: &RunFolder) -> Result<Self, LedgerError> {
        let lock = RunLock::take(folder)?;
        let path = folder.file("ledger.sqlite");
        let sqlite = |source| LedgerError::Sqlite { path: path.clone(), source };
        let connection = Connection::open(&path).map_err(sqlite)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600))
            .map_err(|source| LedgerError::Io { path: path.clone(), source })?;
        // FULL: an event that was reported stored is on the disk, also when the power fails.
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;").map_err(sqlite)?;
        let found: i64 =
            connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(sqlite)?;
        match found {
            0 => connection
                .execute_batch(&format!("BEGIN; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;"))
                .map_err(sqlite)?,
            VERSION => {}
            _ => return Err(LedgerError::Version { path, found }),
        }
        Ok(Self { path, connection: Mutex::new(connection), _lock: Some(lock) })
    }

    /// Opens the ledger of a run to read it, whoever works on the run; none before its first import.
    ///
    /// # Errors
    /// [`LedgerError::Version`] when a later version wrote it, and what the disk says.
    pub fn look(folder: &RunFolder) -> Result<Option<Self>, LedgerError> {
        let path = folder.file("ledger.sqlite");
        if !path.is_file() {
            return Ok(None);
        }
        let sqlite = |source| LedgerError::Sqlite { path: path.clone(), source };
        // An import that was killed leaves a log that only a writer can take in.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags).map_err(sqlite)?;
        connection.execute_batch("PRAGMA query_only = ON; PRAGMA busy_timeout = 2000;").map_err(sqlite)?;
        let found: i64 =
            connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(sqlite)?;
        match found {
            // Somebody is just making it.
            0 => Ok(None),
            VERSION => Ok(Some(Self { path, connection: Mutex::new(connection), _lock: None })),
            _ => Err(LedgerError::Version { path, found }),
        }
    }
}

//! How far an export is, in SQLite in the run folder: facts here, ranges and accounts beside it.

mod accounts;
mod ranges;

use std::collections::HashMap;
use std::fs::{DirBuilder, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _};

use super::{ExportError, ExportOptions, FOLDER, Site};

pub(super) use accounts::{Place, leave_out};
pub(super) use ranges::Range;

/// Name of the database.
const FILE: &str = "source.sqlite";

/// `accounts` tells where the latest version of each account stands; `losers` are the places of older ones, `gone` those of
/// accounts that the site has no more. `deleted` are all of these, also those that were never stored.
/// A range is of accounts by a time (`by`); `high` is null where it has no end, `low` where they have no such time.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS ranges (
    id INTEGER PRIMARY KEY, sweep INTEGER NOT NULL, by TEXT NOT NULL, low INTEGER, high INTEGER, mark INTEGER, started INTEGER NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS accounts (
    key BLOB PRIMARY KEY, created INTEGER NOT NULL, updated INTEGER NOT NULL, range INTEGER NOT NULL,
    start INTEGER NOT NULL, length INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS accounts_by_time ON accounts (created);
CREATE TABLE IF NOT EXISTS deleted (key BLOB PRIMARY KEY, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subscriptions (key BLOB PRIMARY KEY, updated INTEGER NOT NULL, text TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS losers (range INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS gone (range INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
";

/// The state of one export. One process at a time works on it.
pub(super) struct State {
    folder: PathBuf,
    inner: Mutex<Inner>,
}

pub(super) struct Inner {
    pub(super) connection: Connection,
    files: HashMap<i64, File>,
}

impl State {
    /// Opens the state in the folder of a run, or makes it.
    pub(super) fn open(folder: &Path, site: &Site, options: &ExportOptions) -> Result<Self, ExportError> {
        let io = |source| ExportError::Io { path: folder.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(folder.join(FOLDER)).map_err(io)?;
        let path = folder.join(FILE);
        let sqlite = |source| ExportError::Sqlite { path: path.clone(), source };
        let connection = Connection::open(&path).map_err(sqlite)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(io)?;
        connection
            .execute_batch(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                 PRAGMA cache_size = -65536;",
            )
            .and_then(|()| connection.execute_batch(TABLES))
            .map_err(sqlite)?;
        let state = Self {
            folder: folder.to_owned(),
            inner: Mutex::new(Inner { connection, files: HashMap::new() }),
        };
        let of = format!("{} at {}, {}", site.api_key, site.address, options.digest());
        match state.fact("of")? {
            None => state.set_fact("of", &of)?,
            Some(found) if found == of => {}
            Some(_) => {
                let found = "another site, or with another mapping".to_owned();
                return Err(ExportError::Other { path: folder.to_owned(), found });
            }
        }
        Ok(state)
    }

    /// Removes the state; the recorded files stay.
    pub(super) fn remove(folder: &Path) -> Result<(), ExportError> {
        for name in [FILE.to_owned(), format!("{FILE}-wal"), format!("{FILE}-shm")] {
            let path = folder.join(name);
            match std::fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(ExportError::Io { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn sqlite(&self) -> impl Fn(rusqlite::Error) -> ExportError + '_ {
        |source| ExportError::Sqlite { path: self.folder.join(FILE), source }
    }

    /// Something that was noted.
    pub(super) fn fact(&self, name: &str) -> Result<Option<String>, ExportError> {
        self.lock()
            .connection
            .query_row("SELECT value FROM facts WHERE name = ?1", [name], |row| row.get(0))
            .optional()
            .map_err(self.sqlite())
    }

    /// Notes something.
    pub(super) fn set_fact(&self, name: &str, value: &str) -> Result<(), ExportError> {
        self.lock()
            .connection
            .execute("INSERT OR REPLACE INTO facts VALUES (?1, ?2)", [name, value])
            .map(drop)
            .map_err(self.sqlite())
    }

    /// A number that was noted.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, ExportError> {
        Ok(self.fact(name)?.and_then(|text| text.parse().ok()))
    }
}

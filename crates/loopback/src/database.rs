//! What a local world remembers: SQLite in the data folder, one connection that writes and several that read.
//!
//! Functions on a table take a [`rusqlite::Connection`]: a plain one, or a transaction that derefs to it, so that many of
//! them can be put together in one transaction. Statements are prepared once per connection and kept.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

/// How many prepared statements each connection keeps.
const STATEMENTS: usize = 128;

/// How many idle reading connections are kept.
const READERS: usize = 4;

/// Why the database failed.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// SQLite refused.
    #[error("the database failed: {0}; check that the disk is not full and the data folder is whole")]
    Sqlite(#[from] rusqlite::Error),
    /// A stored value cannot be read.
    #[error("the database holds a broken value: {0}; start over with an empty data folder")]
    Broken(String),
    /// The work was cut off because the world is stopping.
    #[error("the server is stopping")]
    Stopping,
    /// The database was written by another version of this program.
    #[error("the database has version {found}, this program needs {wanted}; choose another data folder")]
    Version {
        /// What the file says.
        found: i64,
        /// What this program writes.
        wanted: i64,
    },
    /// The file system refused.
    #[error("cannot prepare the database: {0}")]
    Io(#[from] std::io::Error),
}

/// The tables of a database.
#[derive(Debug, Clone, Copy)]
pub struct Tables {
    /// The statements that lead from each version to the next, the first from an empty database. How many were carried
    /// out is kept in SQLite's `user_version`; a database of an older version gets those that it lacks.
    pub versions: &'static [&'static str],
}

/// An open database. Clones share it.
#[derive(Debug, Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Database {
    /// Opens the file, making it (mode 0600), and the tables, where they are missing.
    ///
    /// # Errors
    /// [`DatabaseError`] when it cannot be opened or is of another version.
    pub fn open(path: &Path, tables: Tables) -> Result<Self, DatabaseError> {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        drop(options.open(path)?);
        let writer = connect(path)?;
        prepare(&writer, tables)?;
        Ok(Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                writer: Mutex::new(writer),
                readers: Mutex::new(Vec::new()),
            }),
        })
    }

    /// Runs `work` in one transaction on the calling thread; commits when it returns `Ok`, rolls back otherwise.
    ///
    /// # Errors
    /// What `work` returned, or that the transaction failed.
    pub fn write_blocking<T, E: From<DatabaseError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = lock(&self.inner.writer);
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(DatabaseError::from)?;
        let value = work(&transaction)?;
        transaction.commit().map_err(DatabaseError::from)?;
        Ok(value)
    }

    /// Runs `work` on a reading connection on the calling thread; it sees all that was committed before.
    ///
    /// # Errors
    /// What `work` returned, or that no connection could be opened.
    pub fn read_blocking<T, E: From<DatabaseError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = lock(&self.inner.readers).pop();
        let reader = match idle {
            Some(reader) => reader,
            None => connect(&self.inner.path)?,
        };
        let result = work(&reader);
        let mut readers = lock(&self.inner.readers);
        if readers.len() < READERS {
            readers.push(reader);
        }
        result
    }

    /// [`Database::write_blocking`] off the threads that serve requests.
    ///
    /// # Errors
    /// What `work` returned, or that the transaction failed.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        let database = self.clone();
        tokio::task::spawn_blocking(move || database.write_blocking(work))
            .await
            .unwrap_or_else(|_| Err(DatabaseError::Stopping.into()))
    }

    /// [`Database::read_blocking`] off the threads that serve requests.
    ///
    /// # Errors
    /// What `work` returned, or that no connection could be opened.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        let database = self.clone();
        tokio::task::spawn_blocking(move || database.read_blocking(work))
            .await
            .unwrap_or_else(|_| Err(DatabaseError::Stopping.into()))
    }
}

/// A panic of one request must not take the database from all others: the transaction it held was rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path) -> Result<Connection, DatabaseError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    connection.busy_timeout(std::time::Duration::from_secs(30))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn prepare(connection: &Connection, tables: Tables) -> Result<(), DatabaseError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let wanted = i64::try_from(tables.versions.len()).unwrap_or(i64::MAX);
    let known = usize::try_from(found).ok().and_then(|found| tables.versions.get(found..));
    for (version, sql) in (found + 1..).zip(known.ok_or(DatabaseError::Version { found, wanted })?) {
        connection.execute_batch(&format!("BEGIN; {sql}; PRAGMA user_version = {version}; COMMIT;"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE things (name TEXT)";
    const TABLES: Tables = Tables { versions: &[FIRST] };

    fn count(connection: &Connection) -> Result<i64, DatabaseError> {
        Ok(connection.query_row("SELECT count(*) FROM things", [], |row| row.get(0))?)
    }

    fn put(connection: &Connection) -> Result<(), DatabaseError> {
        connection.execute("INSERT INTO things VALUES ('a')", [])?;
        Ok(())
    }

    #[test]
    fn a_failed_transaction_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(&dir.path().join("a.sqlite"), TABLES).unwrap();
        let result: Result<(), DatabaseError> = database.write_blocking(|tx| {
            put(tx)?;
            Err(DatabaseError::Stopping)
        });
        assert!(result.is_err());
        assert_eq!(database.read_blocking(count).unwrap(), 0);
        database.write_blocking(|tx| put(tx)).unwrap();
        assert_eq!(database.read_blocking(count).unwrap(), 1);
    }

    #[test]
    fn what_was_written_survives_a_restart_and_a_newer_version_which_an_older_refuses() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.sqlite");
        let database = Database::open(&path, TABLES).unwrap();
        database.write_blocking(|tx| put(tx)).unwrap();
        drop(database);
        let newer = Tables { versions: &[FIRST, "ALTER TABLE things ADD COLUMN size INTEGER DEFAULT 7"] };
        for _ in 0..2 {
            let database = Database::open(&path, newer).unwrap();
            assert_eq!(database.read_blocking(count).unwrap(), 1);
            let size: Result<i64, DatabaseError> = database.read_blocking(|connection| {
                Ok(connection.query_row("SELECT size FROM things", [], |row| row.get(0))?)
            });
            assert_eq!(size.unwrap(), 7);
        }
        let error = Database::open(&path, TABLES).unwrap_err();
        assert!(matches!(error, DatabaseError::Version { found: 2, wanted: 1 }));
    }
}

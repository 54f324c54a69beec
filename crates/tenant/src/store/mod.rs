//! What the tenant remembers: SQLite in the data folder, one connection that writes and several that read.
//!
//! Every function on a table takes a [`rusqlite::Connection`]: a plain one, or a transaction that derefs to it, so that
//! many of them can be put together in one transaction. Statements are prepared once per connection and kept.

pub mod clients;
pub mod connections;
pub mod grants;
pub mod schema;
pub mod settings;
pub mod tokens;
pub mod users;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

pub use clients::ClientRow;
pub use connections::ConnectionRow;
pub use users::{Login, Origin, StoredPassword, UserRow};

/// Name of the database inside the data folder.
const DATABASE: &str = "tenant.sqlite";

/// How many prepared statements each connection keeps.
const STATEMENTS: usize = 128;

/// How many idle reading connections are kept.
const READERS: usize = 4;

/// Why the store failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite refused.
    #[error(
        "the tenant's database failed: {0}; check that the disk is not full and the data folder is whole"
    )]
    Database(#[from] rusqlite::Error),
    /// A stored value cannot be read.
    #[error("the tenant's database holds a broken value: {0}; start over with an empty data folder")]
    Broken(String),
    /// The work was cut off because the tenant is stopping.
    #[error("the tenant is stopping")]
    Stopping,
    /// The database was written by another version of this program.
    #[error(
        "the tenant's database has version {found}, this program needs {wanted}; choose another data folder"
    )]
    Version {
        /// What the file says.
        found: i64,
        /// What this program writes.
        wanted: i64,
    },
    /// The file system refused.
    #[error("cannot prepare the tenant's database: {0}")]
    Io(#[from] std::io::Error),
}

/// The store. Clones share the same database.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: std::path::PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens the database in `folder`, making it where it is missing (mode 0600).
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be opened or is not ours.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(DATABASE);
        let mut options = std::fs::OpenOptions::new();
        options.create(true).write(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        drop(options.open(&path)?);
        let writer = connect(&path)?;
        schema::prepare(&writer)?;
        Ok(Self {
            inner: Arc::new(Inner { path, writer: Mutex::new(writer), readers: Mutex::new(Vec::new()) }),
        })
    }

    /// Runs `work` in one transaction on the calling thread; commits when it returns `Ok`, rolls back otherwise.
    ///
    /// # Errors
    /// What `work` returned, or that the transaction failed.
    pub fn write_blocking<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = lock(&self.inner.writer);
        let transaction =
            writer.transaction_with_behavior(TransactionBehavior::Immediate).map_err(StoreError::from)?;
        let value = work(&transaction)?;
        transaction.commit().map_err(StoreError::from)?;
        Ok(value)
    }

    /// Runs `work` on a reading connection on the calling thread; it sees all that was committed before.
    ///
    /// # Errors
    /// What `work` returned, or that no connection could be opened.
    pub fn read_blocking<T, E: From<StoreError>>(
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

    /// [`Store::write_blocking`] off the threads that serve requests.
    ///
    /// # Errors
    /// What `work` returned, or that the transaction failed.
    pub async fn write<T, E>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.write_blocking(work))
            .await
            .unwrap_or_else(|_| Err(StoreError::Stopping.into()))
    }

    /// [`Store::read_blocking`] off the threads that serve requests.
    ///
    /// # Errors
    /// What `work` returned, or that no connection could be opened.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.read_blocking(work))
            .await
            .unwrap_or_else(|_| Err(StoreError::Stopping.into()))
    }
}

/// A panic of one request must not take the store from all others: the transaction it held was rolled back.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn count(connection: &Connection) -> Result<i64, StoreError> {
        Ok(connection.query_row("SELECT count(*) FROM settings", [], |row| row.get(0))?)
    }

    #[test]
    fn a_failed_transaction_leaves_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        let result: Result<(), StoreError> = store.write_blocking(|tx| {
            settings::put(tx, "a", "1")?;
            Err(StoreError::Stopping)
        });
        assert!(result.is_err());
        assert_eq!(store.read_blocking(count).unwrap(), 0);
        store.write_blocking(|tx| settings::put(tx, "a", "1")).unwrap();
        assert_eq!(store.read_blocking(count).unwrap(), 1);
    }

    #[test]
    fn what_was_written_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).unwrap();
        store.write_blocking(|tx| settings::put(tx, "a", "1")).unwrap();
        drop(store);
        let store = Store::open(dir.path()).unwrap();
        let value = store.read_blocking(|c| settings::get(c, "a")).unwrap();
        assert_eq!(value.as_deref(), Some("1"));
    }

    #[test]
    fn a_database_of_another_version_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        drop(Store::open(dir.path()).unwrap());
        let raw = Connection::open(dir.path().join(DATABASE)).unwrap();
        raw.pragma_update(None, "user_version", 99).unwrap();
        drop(raw);
        assert!(matches!(Store::open(dir.path()).unwrap_err(), StoreError::Version { found: 99, .. }));
    }
}

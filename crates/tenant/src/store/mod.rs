//! What the tenant remembers: SQLite in the data folder.
//!
//! Every function on a table takes a [`rusqlite::Connection`], plain or in a transaction; [`Store`] gives one.

pub mod clients;
pub mod connections;
pub mod grants;
pub mod names;
pub mod settings;
pub mod tokens;
pub mod users;

use std::path::Path;

pub use clients::ClientRow;
pub use connections::ConnectionRow;
pub use loopback::{Database as Store, DatabaseError as StoreError};
pub use users::{Login, Origin, StoredPassword, UserRow};

/// Name of the database inside the data folder.
const DATABASE: &str = "tenant.sqlite";

/// The tables of version 1.
const FIRST: &str = include_str!("schema.sql");

/// What came with version 2: exports and the index of names.
const SECOND: &str = concat!(include_str!("exports.sql"), include_str!("names.sql"));

/// The tables.
const TABLES: loopback::Tables = loopback::Tables { versions: &[FIRST, SECOND] };

/// Opens the database in a data folder, making it where it is missing.
///
/// # Errors
/// [`StoreError`] when the file cannot be opened or is not ours.
pub fn open(folder: &Path) -> Result<Store, StoreError> {
    Store::open(&folder.join(DATABASE), TABLES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_survives_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).unwrap();
        store.write_blocking(|tx| settings::put(tx, "a", "1")).unwrap();
        drop(store);
        let store = open(dir.path()).unwrap();
        let value = store.read_blocking(|c| settings::get(c, "a")).unwrap();
        assert_eq!(value.as_deref(), Some("1"));
    }
}

//! The tables, made at the first start.

use rusqlite::Connection;

use super::StoreError;

/// Version of the tables, kept in SQLite's `user_version`.
pub const VERSION: i64 = 1;

const TABLES: &str = include_str!("schema.sql");

/// Makes the tables in a new database; checks the version of one that exists.
///
/// # Errors
/// [`StoreError::Version`] when another version of the program wrote it.
pub fn prepare(connection: &Connection) -> Result<(), StoreError> {
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match found {
        VERSION => Ok(()),
        0 => Ok(connection
            .execute_batch(&format!("BEGIN; {TABLES}; PRAGMA user_version = {VERSION}; COMMIT;"))?),
        _ => Err(StoreError::Version { found, wanted: VERSION }),
    }
}

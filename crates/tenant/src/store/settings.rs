//! Single values by name: who the printed client is, for one.

use rusqlite::{Connection, OptionalExtension as _};

use super::StoreError;

/// The value of a setting.
///
/// # Errors
/// When the database fails.
pub fn get(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?)
}

/// Sets a setting.
///
/// # Errors
/// When the database fails.
pub fn put(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO settings VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
        .execute([name, value])?;
    Ok(())
}

//! Single values by name, as JSON.

use rusqlite::{Connection, OptionalExtension as _};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

/// The value of a setting.
///
/// # Errors
/// When the database fails or holds something else.
pub fn get<T: DeserializeOwned>(connection: &Connection, name: &str) -> Result<Option<T>, StoreError> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(|_| StoreError::Broken(name.to_owned()))
}

/// Sets a setting.
///
/// # Errors
/// When the database fails.
pub fn put(connection: &Connection, name: &str, value: &impl Serialize) -> Result<(), StoreError> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::Broken(error.to_string()))?;
    connection
        .prepare_cached("INSERT INTO settings VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = ?2")?
        .execute([name, &text])?;
    Ok(())
}

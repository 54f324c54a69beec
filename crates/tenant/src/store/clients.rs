//! The applications.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value};

use super::StoreError;

const COLUMNS: &str = "SELECT pk, id, secret, body, created_at FROM clients";

/// One application.
#[derive(Clone, PartialEq)]
pub struct ClientRow {
    /// Key of the row.
    pub pk: i64,
    /// 32 alphanumerics.
    pub id: String,
    /// The secret, in clear text as Auth0 shows it.
    pub secret: String,
    /// All other members, as they are shown.
    pub body: Map<String, Value>,
    /// When it was made (ms).
    pub created_at: i64,
}

impl std::fmt::Debug for ClientRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientRow").field("id", &self.id).finish_non_exhaustive()
    }
}

impl ClientRow {
    /// Whether the application may use a grant type.
    #[must_use]
    pub fn may(&self, grant_type: &str) -> bool {
        let types = self.body.get("grant_types").and_then(Value::as_array);
        types.is_some_and(|types| types.iter().any(|entry| entry == grant_type))
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let body: String = row.get("body")?;
        Ok(Self {
            pk: row.get("pk")?,
            id: row.get("id")?,
            secret: row.get("secret")?,
            body: serde_json::from_str(&body).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, Box::new(error))
            })?,
            created_at: row.get("created_at")?,
        })
    }
}

/// The application with that id.
///
/// # Errors
/// When the database fails.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<ClientRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("{COLUMNS} WHERE id = ?1"))?
        .query_row([id], ClientRow::read)
        .optional()?)
}

/// All applications, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn all(connection: &Connection) -> Result<Vec<ClientRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} ORDER BY pk"))?;
    let rows = statement.query_map([], ClientRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Stores a new application and returns its key.
///
/// # Errors
/// When the database fails.
pub fn insert(connection: &Connection, row: &ClientRow) -> Result<i64, StoreError> {
    connection
        .prepare_cached("INSERT INTO clients (id, secret, body, created_at) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![row.id, row.secret, text(&row.body), row.created_at])?;
    Ok(connection.last_insert_rowid())
}

/// Writes secret and body of the application with that key.
///
/// # Errors
/// When the database fails.
pub fn update(connection: &Connection, row: &ClientRow) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE clients SET secret = ?2, body = ?3 WHERE pk = ?1")?
        .execute(params![row.pk, row.secret, text(&row.body)])?;
    Ok(())
}

/// Deletes an application; it is no longer enabled anywhere. Deleting none is no error.
///
/// # Errors
/// When the database fails.
pub fn delete(connection: &Connection, id: &str) -> Result<(), StoreError> {
    connection.execute("DELETE FROM clients WHERE id = ?1", [id])?;
    Ok(())
}

/// The ids of the connections on which an application is enabled.
///
/// # Errors
/// When the database fails.
pub fn connections(connection: &Connection, pk: i64) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT connections.id FROM connection_clients JOIN connections ON connections.pk = connection \
         WHERE client = ?1 ORDER BY connections.id",
    )?;
    let rows = statement.query_map([pk], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn text(object: &Map<String, Value>) -> String {
    serde_json::to_string(object).unwrap_or_else(|_| "{}".into())
}

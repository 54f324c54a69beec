//! The client grants: which application may ask for which scopes of which API.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value};

use super::StoreError;

const COLUMNS: &str = "SELECT client_grants.pk, client_grants.id, clients.id AS client_id, audience, client_grants.body \
     FROM client_grants JOIN clients ON clients.pk = client";

/// One client grant.
#[derive(Debug, Clone, PartialEq)]
pub struct GrantRow {
    /// Key of the row.
    pub pk: i64,
    /// `cgr_` and 16 alphanumerics.
    pub id: String,
    /// The application.
    pub client_id: String,
    /// The API.
    pub audience: String,
    /// `scope` and all other members.
    pub body: Map<String, Value>,
}

impl GrantRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let body: String = row.get("body")?;
        Ok(Self {
            pk: row.get("pk")?,
            id: row.get("id")?,
            client_id: row.get("client_id")?,
            audience: row.get("audience")?,
            body: serde_json::from_str(&body).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, Box::new(error))
            })?,
        })
    }
}

/// The grant with that id.
///
/// # Errors
/// When the database fails.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<GrantRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("{COLUMNS} WHERE client_grants.id = ?1"))?
        .query_row([id], GrantRow::read)
        .optional()?)
}

/// All grants, the oldest first.
///
/// # Errors
/// When the database fails.
pub fn all(connection: &Connection) -> Result<Vec<GrantRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} ORDER BY client_grants.pk"))?;
    let rows = statement.query_map([], GrantRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Stores a new grant of the application whose row has the key `client`.
///
/// # Errors
/// When the database fails.
pub fn insert(connection: &Connection, client: i64, row: &GrantRow) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO client_grants (id, client, audience, body) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![row.id, client, row.audience, text(&row.body)])?;
    Ok(())
}

/// Writes the body of the grant with that key.
///
/// # Errors
/// When the database fails.
pub fn update(connection: &Connection, row: &GrantRow) -> Result<(), StoreError> {
    connection
        .execute("UPDATE client_grants SET body = ?2 WHERE pk = ?1", params![row.pk, text(&row.body)])?;
    Ok(())
}

/// Deletes a grant; deleting none is no error.
///
/// # Errors
/// When the database fails.
pub fn delete(connection: &Connection, id: &str) -> Result<(), StoreError> {
    connection.execute("DELETE FROM client_grants WHERE id = ?1", [id])?;
    Ok(())
}

fn text(object: &Map<String, Value>) -> String {
    serde_json::to_string(object).unwrap_or_else(|_| "{}".into())
}

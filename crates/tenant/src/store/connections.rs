//! The connections, and which applications are enabled on them.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::{Map, Value};

use super::StoreError;

const COLUMNS: &str = "SELECT pk, id, name, strategy, options, rest, created_at FROM connections";

/// One connection.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectionRow {
    /// Key of the row; users point to it.
    pub pk: i64,
    /// `con_` and 16 alphanumerics.
    pub id: String,
    /// Unique, whatever the case.
    pub name: String,
    /// `auth0` for a database.
    pub strategy: String,
    /// `options` as they are shown.
    pub options: Map<String, Value>,
    /// The other members that are shown as they were given, `display_name` for one.
    pub rest: Map<String, Value>,
    /// When it was made (ms).
    pub created_at: i64,
}

impl ConnectionRow {
    /// Whether it is a database connection.
    #[must_use]
    pub fn is_database(&self) -> bool {
        self.strategy == "auth0"
    }

    /// A boolean option; absent is false.
    #[must_use]
    pub fn flag(&self, option: &str) -> bool {
        self.options.get(option).and_then(Value::as_bool).unwrap_or(false)
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let object = |column: &str| -> rusqlite::Result<Map<String, Value>> {
            let text: String = row.get(column)?;
            serde_json::from_str(&text).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
            })
        };
        Ok(Self {
            pk: row.get("pk")?,
            id: row.get("id")?,
            name: row.get("name")?,
            strategy: row.get("strategy")?,
            options: object("options")?,
            rest: object("rest")?,
            created_at: row.get("created_at")?,
        })
    }
}

fn one(
    connection: &Connection,
    clause: &str,
    value: impl rusqlite::ToSql,
) -> Result<Option<ConnectionRow>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("{COLUMNS} {clause}"))?
        .query_row([value], ConnectionRow::read)
        .optional()?)
}

/// The connection with that id (`con_…`).
///
/// # Errors
/// When the database fails.
pub fn by_id(connection: &Connection, id: &str) -> Result<Option<ConnectionRow>, StoreError> {
    one(connection, "WHERE id = ?1", id)
}

/// The connection with that name, whatever its case.
///
/// # Errors
/// When the database fails.
pub fn by_name(connection: &Connection, name: &str) -> Result<Option<ConnectionRow>, StoreError> {
    one(connection, "WHERE name = ?1", name)
}

/// The connection with that key.
///
/// # Errors
/// When the database fails.
pub fn by_pk(connection: &Connection, pk: i64) -> Result<Option<ConnectionRow>, StoreError> {
    one(connection, "WHERE pk = ?1", pk)
}

/// All connections in the order of their ids, as Auth0 lists them.
///
/// # Errors
/// When the database fails.
pub fn all(connection: &Connection) -> Result<Vec<ConnectionRow>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{COLUMNS} ORDER BY id"))?;
    let rows = statement.query_map([], ConnectionRow::read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Stores a new connection and returns its key.
///
/// # Errors
/// When the database fails, also because the name is taken: look before.
pub fn insert(connection: &Connection, row: &ConnectionRow) -> Result<i64, StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO connections (id, name, strategy, options, rest, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![row.id, row.name, row.strategy, text(&row.options), text(&row.rest), row.created_at])?;
    Ok(connection.last_insert_rowid())
}

/// Writes options and rest of the connection with that key.
///
/// # Errors
/// When the database fails.
pub fn update(connection: &Connection, row: &ConnectionRow) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE connections SET options = ?2, rest = ?3 WHERE pk = ?1")?
        .execute(params![row.pk, text(&row.options), text(&row.rest)])?;
    Ok(())
}

/// Deletes a connection with all its users.
///
/// # Errors
/// When the database fails.
pub fn delete(connection: &Connection, pk: i64) -> Result<(), StoreError> {
    connection.execute(
        "INSERT OR IGNORE INTO deleted_connections SELECT id FROM connections WHERE pk = ?1",
        [pk],
    )?;
    connection.execute("DELETE FROM users WHERE connection = ?1", [pk])?;
    connection.execute("DELETE FROM connections WHERE pk = ?1", [pk])?;
    Ok(())
}

/// The ids of the applications that are enabled on a connection, sorted.
///
/// # Errors
/// When the database fails.
pub fn clients(connection: &Connection, pk: i64) -> Result<Vec<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT clients.id FROM connection_clients JOIN clients ON clients.pk = client WHERE connection = ?1 ORDER BY id",
    )?;
    let rows = statement.query_map([pk], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether at least one application is enabled on a connection; that is what Auth0 calls an enabled connection.
///
/// # Errors
/// When the database fails.
pub fn is_enabled(connection: &Connection, pk: i64) -> Result<bool, StoreError> {
    Ok(connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM connection_clients WHERE connection = ?1)")?
        .query_row([pk], |row| row.get(0))?)
}

/// Enables or disables an application; an unknown one is passed over. Returns whether it is known.
///
/// # Errors
/// When the database fails.
pub fn enable(connection: &Connection, pk: i64, client_id: &str, enabled: bool) -> Result<bool, StoreError> {
    let client: Option<i64> = connection
        .prepare_cached("SELECT pk FROM clients WHERE id = ?1")?
        .query_row([client_id], |row| row.get(0))
        .optional()?;
    let Some(client) = client else { return Ok(false) };
    let sql = if enabled {
        "INSERT OR IGNORE INTO connection_clients VALUES (?1, ?2)"
    } else {
        "DELETE FROM connection_clients WHERE connection = ?1 AND client = ?2"
    };
    connection.prepare_cached(sql)?.execute([pk, client])?;
    Ok(true)
}

/// Disables all applications of a connection.
///
/// # Errors
/// When the database fails.
pub fn disable_all(connection: &Connection, pk: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM connection_clients WHERE connection = ?1")?.execute([pk])?;
    Ok(())
}

fn text(object: &Map<String, Value>) -> String {
    serde_json::to_string(object).unwrap_or_else(|_| "{}".into())
}

//! The data store: JSON objects by type, id and owner.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Position, StoreError};
use crate::document::Document;

/// What an object is found by.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a> {
    /// Its type, which is what a search is `FROM`.
    pub kind: &'a str,
    /// Its id.
    pub oid: &'a str,
    /// UID of the account that it belongs to; empty for nobody's.
    pub uid: &'a str,
}

/// One object.
///
/// # Errors
/// When the database fails.
pub fn get(connection: &Connection, key: Key<'_>) -> Result<Option<Document>, StoreError> {
    let body: Option<String> = connection
        .prepare_cached("SELECT body FROM objects WHERE (type, oid, uid) = (?1, ?2, ?3)")?
        .query_row(params![key.kind, key.oid, key.uid], |row| row.get(0))
        .optional()?;
    Ok(body.map(|body| Document::parse(&body).unwrap_or_default()))
}

/// Writes an object, new or anew.
///
/// # Errors
/// When the database fails.
pub fn put(connection: &Connection, key: Key<'_>, body: &Document) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO objects (type, oid, uid, body) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (type, oid, uid) DO UPDATE SET body = excluded.body",
        )?
        .execute(params![key.kind, key.oid, key.uid, body.to_json()])?;
    Ok(())
}

/// Removes an object.
///
/// # Errors
/// When the database fails.
pub fn delete(connection: &Connection, key: Key<'_>) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM objects WHERE (type, oid, uid) = (?1, ?2, ?3)")?
        .execute(params![key.kind, key.oid, key.uid])?;
    Ok(())
}

/// Shows the objects of a type in the order in which they were first stored (the last first when `descending`), from behind
/// a position, until `visit` breaks off.
///
/// # Errors
/// What `visit` returned, or that the database failed.
pub fn scan<E: From<StoreError>>(
    connection: &Connection,
    kind: &str,
    descending: bool,
    after: Option<Position>,
    mut visit: impl FnMut(Position, &str) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let (sign, direction, edge) = if descending { ("<", "DESC", i64::MAX) } else { (">", "ASC", i64::MIN) };
    let sql =
        format!("SELECT pk, body FROM objects WHERE type = ?1 AND pk {sign} ?2 ORDER BY pk {direction}");
    let mut statement = connection.prepare_cached(&sql).map_err(StoreError::from)?;
    let start = after.map_or(edge, |position| position.pk);
    let mut rows = statement.query(params![kind, start]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let read = || -> rusqlite::Result<_> { Ok((row.get(0)?, row.get_ref(1)?.as_str()?)) };
        let (pk, body) = read().map_err(StoreError::from)?;
        if visit(Position { key: pk, pk }, body)?.is_break() {
            break;
        }
    }
    Ok(())
}

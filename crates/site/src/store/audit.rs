//! The audit log: a row for each call that it covers, as `audit.search` gives it.

use std::ops::ControlFlow;

use rusqlite::{Connection, params};

use super::{Position, StoreError};
use crate::document::Document;

/// Adds a row. `time_ms` is its `@timestamp`.
///
/// # Errors
/// When the database fails.
pub fn record(connection: &Connection, time_ms: i64, row: &Document) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO audit (time, body) VALUES (?1, ?2)")?
        .execute(params![time_ms, row.to_json()])?;
    Ok(())
}

/// Shows the rows, oldest first (newest first when `descending`), from behind a position, until `visit` breaks off. The
/// key of a position is the row's time.
///
/// # Errors
/// What `visit` returned, or that the database failed.
pub fn scan<E: From<StoreError>>(
    connection: &Connection,
    descending: bool,
    after: Option<Position>,
    mut visit: impl FnMut(Position, &str) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let (sign, direction, edge) = if descending { ("<", "DESC", i64::MAX) } else { (">", "ASC", i64::MIN) };
    let sql = format!(
        "SELECT time, pk, body FROM audit WHERE (time, pk) {sign} (?1, ?2) ORDER BY time {direction}, pk {direction}"
    );
    let mut statement = connection.prepare_cached(&sql).map_err(StoreError::from)?;
    let start = after.map_or([edge, edge], |position| [position.key, position.pk]);
    let mut rows = statement.query(start).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let read = || -> rusqlite::Result<_> {
            Ok((Position { key: row.get(0)?, pk: row.get(1)? }, row.get_ref(2)?.as_str()?))
        };
        let (position, body) = read().map_err(StoreError::from)?;
        if visit(position, body)?.is_break() {
            break;
        }
    }
    Ok(())
}

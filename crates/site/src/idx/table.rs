//! What IdentitySync has, in the store: documents by kind and id.

use std::ops::ControlFlow;

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;

use crate::store::StoreError;

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Dataflow,
    Draft,
    Scheduling,
    Job,
    /// What the runner tells of a job beyond its status. Gigya has no such thing; `idx.search` does not find it.
    Report,
}

impl Kind {
    /// The kind by the name that `FROM` has.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        [Self::Dataflow, Self::Draft, Self::Scheduling, Self::Job]
            .into_iter()
            .find(|kind| kind.name() == name)
    }

    /// The name of its table in `idx.search`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dataflow => "dataflow",
            Self::Draft => "dataflow_draft",
            Self::Scheduling => "scheduling",
            Self::Job => "idx_job_status",
            Self::Report => "job_report",
        }
    }
}

/// A document with what the scheduler needs of it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) id: String,
    /// The id of the dataflow that it is, or belongs to.
    pub(crate) dataflow: String,
    /// When the scheduler has to look at it.
    pub(crate) due: Option<i64>,
    pub(crate) body: Value,
}

/// The document of an id.
pub(crate) fn get(db: &Connection, kind: Kind, id: &str) -> Result<Option<Entry>, StoreError> {
    let found = db
        .prepare_cached("SELECT dataflow, due, body FROM idx WHERE kind = ?1 AND id = ?2")?
        .query_row([kind.name(), id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    found.map(|(dataflow, due, body)| entry(kind, id.to_owned(), dataflow, due, body)).transpose()
}

/// Writes a document, over the one of the same id.
pub(crate) fn put(db: &Connection, entry: &Entry) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO idx (kind, id, dataflow, due, body) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT DO UPDATE SET due = ?4, body = ?5",
    )?
    .execute(params![entry.kind.name(), entry.id, entry.dataflow, entry.due, entry.body.to_string()])?;
    Ok(())
}

/// Removes a document; whether it was there.
pub(crate) fn delete(db: &Connection, kind: Kind, id: &str) -> Result<bool, StoreError> {
    Ok(db.prepare_cached("DELETE FROM idx WHERE kind = ?1 AND id = ?2")?.execute([kind.name(), id])? > 0)
}

/// Removes what belongs to a dataflow, of one kind.
pub(crate) fn delete_of(db: &Connection, kind: Kind, dataflow: &str) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM idx WHERE kind = ?1 AND dataflow = ?2")?
        .execute([kind.name(), dataflow])?;
    Ok(())
}

/// Shows the documents of a kind, in the order in which they came.
pub(crate) fn each<E: From<StoreError>>(
    db: &Connection,
    kind: Kind,
    mut visit: impl FnMut(Entry) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let mut statement = db
        .prepare_cached("SELECT id, dataflow, due, body FROM idx WHERE kind = ?1 ORDER BY pk")
        .map_err(StoreError::from)?;
    let mut rows = statement.query([kind.name()]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let read = || -> rusqlite::Result<_> { Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)) };
        let (id, dataflow, due, body) = read().map_err(StoreError::from)?;
        if visit(entry(kind, id, dataflow, due, body)?)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// The documents of a kind that belong to a dataflow, the newest first: `most` of them after `skip`.
pub(crate) fn newest_of(
    db: &Connection,
    kind: Kind,
    dataflow: &str,
    skip: u64,
    most: u64,
) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT id, dataflow, due, body FROM idx WHERE kind = ?1 AND dataflow = ?2 \
               ORDER BY pk DESC LIMIT ?3 OFFSET ?4";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params![kind.name(), dataflow, most, skip], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    rows.map(|row| {
        let (id, dataflow, due, body) = row?;
        entry(kind, id, dataflow, due, body)
    })
    .collect()
}

/// How many documents of a kind belong to a dataflow.
pub(crate) fn count_of(db: &Connection, kind: Kind, dataflow: &str) -> Result<u64, StoreError> {
    Ok(db
        .prepare_cached("SELECT count(*) FROM idx WHERE kind = ?1 AND dataflow = ?2")?
        .query_row([kind.name(), dataflow], |row| row.get(0))?)
}

/// What is due at a time, the most overdue first.
pub(crate) fn due(db: &Connection, kind: Kind, now_ms: i64) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT id, dataflow, due, body FROM idx WHERE kind = ?1 AND due <= ?2 ORDER BY due, pk";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params![kind.name(), now_ms], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    })?;
    rows.map(|row| {
        let (id, dataflow, due, body) = row?;
        entry(kind, id, dataflow, due, body)
    })
    .collect()
}

/// When something is due next.
pub(crate) fn next_due(db: &Connection) -> Result<Option<i64>, StoreError> {
    Ok(db
        .prepare_cached("SELECT min(due) FROM idx WHERE due IS NOT NULL")?
        .query_row([], |row| row.get(0))?)
}

fn entry(
    kind: Kind,
    id: String,
    dataflow: String,
    due: Option<i64>,
    body: String,
) -> Result<Entry, StoreError> {
    let body =
        serde_json::from_str(&body).map_err(|_| StoreError::Broken(format!("{} {id}", kind.name())))?;
    Ok(Entry { kind, id, dataflow, due, body })
}

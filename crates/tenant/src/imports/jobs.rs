//! The tables of jobs and of their errors.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;

use crate::store::{ConnectionRow, StoreError};
use crate::{ids, time};

/// How many import jobs a tenant takes at a time.
pub(super) const ACTIVE_MAX: i64 = 2;

/// A job fails when it is not done after this time (2 hours, in ms).
pub(super) const TIMEOUT_MS: i64 = 2 * 60 * 60 * 1000;

/// All that is known of a job is deleted after this time (24 hours, in ms).
const KEPT_MS: i64 = 24 * 60 * 60 * 1000;

const COLUMNS: &str = "SELECT pk, id, type, status, connection, connection_id, connection_name, upsert, external_id, \
    processed, inserted, updated, failed, summary, created_at FROM jobs";

/// A job as it is stored, without its file.
#[derive(Debug, Clone)]
pub(super) struct Job {
    /// Key of the row.
    pub(super) pk: i64,
    id: String,
    kind: String,
    status: String,
    /// Key of the connection's row.
    pub(super) connection: i64,
    connection_id: String,
    connection_name: String,
    /// Whether users that are there are updated.
    pub(super) upsert: bool,
    external_id: Option<String>,
    /// How far it is.
    pub(super) progress: Progress,
    summary: bool,
    /// When it was made (ms).
    pub(super) created_at: i64,
}

/// How many users of the file are dealt with, and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// Users of the file that are dealt with, from its beginning.
    pub(super) processed: i64,
    /// New ones.
    pub(super) inserted: i64,
    /// Those that were there.
    pub(super) updated: i64,
    /// Those in the error list.
    pub(super) failed: i64,
}

/// What a new job is made of.
#[derive(Debug)]
pub(super) struct NewJob<'a> {
    pub(super) connection: &'a ConnectionRow,
    pub(super) upsert: bool,
    pub(super) external_id: Option<&'a str>,
    pub(super) send_completion_email: bool,
    pub(super) payload: &'a [u8],
}

/// A job as it is shown. Order and presence of the members are as recorded.
#[derive(Debug, Serialize)]
pub(super) struct JobView {
    #[serde(rename = "type")]
    kind: String,
    status: String,
    connection_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<Summary>,
    connection: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    created_at: String,
    id: String,
}

#[derive(Debug, Serialize)]
struct Summary {
    failed: i64,
    updated: i64,
    inserted: i64,
    total: i64,
}

impl Job {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            pk: row.get(0)?,
            id: row.get(1)?,
            kind: row.get(2)?,
            status: row.get(3)?,
            connection: row.get(4)?,
            connection_id: row.get(5)?,
            connection_name: row.get(6)?,
            upsert: row.get(7)?,
            external_id: row.get(8)?,
            progress: Progress {
                processed: row.get(9)?,
                inserted: row.get(10)?,
                updated: row.get(11)?,
                failed: row.get(12)?,
            },
            summary: row.get(13)?,
            created_at: row.get(14)?,
        })
    }

    /// Whether this is the connection that the job was made for; keys of deleted rows can come back, ids cannot.
    pub(super) fn is_for(&self, connection: &ConnectionRow) -> bool {
        self.connection_id == connection.id
    }

    /// The job as the API shows it.
    pub(super) fn view(&self) -> JobView {
        let Progress { inserted, updated, failed, .. } = self.progress;
        JobView {
            kind: self.kind.clone(),
            status: self.status.clone(),
            connection_id: self.connection_id.clone(),
            summary: self.summary.then_some(Summary {
                failed,
                updated,
                inserted,
                total: inserted + updated + failed,
            }),
            connection: self.connection_name.clone(),
            external_id: self.external_id.clone(),
            created_at: time::iso(self.created_at),
            id: self.id.clone(),
        }
    }
}

/// Stores a new job with its file.
pub(super) fn insert(connection: &Connection, new: &NewJob<'_>, now: i64) -> Result<Job, StoreError> {
    let id = ids::job_id();
    connection
        .prepare_cached(
            "INSERT INTO jobs (id, type, status, connection, connection_id, connection_name, upsert, external_id, \
             send_completion_email, payload, created_at) VALUES (?1, 'users_import', 'pending', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            id,
            new.connection.pk,
            new.connection.id,
            new.connection.name,
            new.upsert,
            new.external_id,
            new.send_completion_email,
            new.payload,
            now,
        ])?;
    Ok(Job {
        pk: connection.last_insert_rowid(),
        id,
        kind: "users_import".to_owned(),
        status: "pending".to_owned(),
        connection: new.connection.pk,
        connection_id: new.connection.id.clone(),
        connection_name: new.connection.name.clone(),
        upsert: new.upsert,
        external_id: new.external_id.map(str::to_owned),
        progress: Progress::default(),
        summary: false,
        created_at: now,
    })
}

/// The job with that id, unless its time is over.
pub(super) fn by_id(connection: &Connection, id: &str, now: i64) -> Result<Option<Job>, StoreError> {
    Ok(connection
        .prepare_cached(&format!("{COLUMNS} WHERE id = ?1 AND created_at > ?2"))?
        .query_row(params![id, now - KEPT_MS], Job::read)
        .optional()?)
}

/// The jobs that are not done, oldest first.
pub(super) fn pending(connection: &Connection) -> Result<Vec<Job>, StoreError> {
    let mut statement = connection.prepare_cached(&format!(
        "{COLUMNS} WHERE status = 'pending' AND type = 'users_import' ORDER BY pk"
    ))?;
    let jobs = statement.query_map([], Job::read)?;
    Ok(jobs.collect::<Result<_, _>>()?)
}

/// How many jobs are not done.
pub(super) fn active(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached("SELECT count(*) FROM jobs WHERE status = 'pending' AND type = 'users_import'")?
        .query_row([], |row| row.get(0))?)
}

/// The file of a job that is not done.
pub(super) fn payload(connection: &Connection, pk: i64) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT payload FROM jobs WHERE pk = ?1")?
        .query_row([pk], |row| row.get(0))?)
}

/// Notes how far a job is.
pub(super) fn advance(connection: &Connection, pk: i64, progress: &Progress) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE jobs SET processed = ?2, inserted = ?3, updated = ?4, failed = ?5 WHERE pk = ?1",
        )?
        .execute(params![pk, progress.processed, progress.inserted, progress.updated, progress.failed])?;
    Ok(())
}

/// How a job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Every user was looked at.
    Completed,
    /// The job as a whole failed; there is no summary.
    Failed,
}

/// Ends a job and drops its file.
pub(super) fn finish(connection: &Connection, pk: i64, end: End, now: i64) -> Result<(), StoreError> {
    let status = if end == End::Completed { "completed" } else { "failed" };
    connection
        .prepare_cached(
            "UPDATE jobs SET status = ?2, summary = ?3, payload = NULL, finished_at = ?4 WHERE pk = ?1",
        )?
        .execute(params![pk, status, end == End::Completed, now])?;
    Ok(())
}

/// Notes what is wrong with users of the file: entries of the error list with commas between, and the position in the
/// file from which on they were looked for. One row for many, since each row costs.
pub(super) fn add_errors(
    connection: &Connection,
    pk: i64,
    position: i64,
    body: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO job_errors (job, position, body) VALUES (?1, ?2, ?3)")?
        .execute(params![pk, position, body])?;
    Ok(())
}

/// The errors of a job as a JSON array in the order of the file; None when there are none.
pub(super) fn error_list(connection: &Connection, pk: i64) -> Result<Option<String>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT body FROM job_errors WHERE job = ?1 ORDER BY position")?;
    let mut rows = statement.query([pk])?;
    let mut list = String::new();
    while let Some(row) = rows.next()? {
        list.push(if list.is_empty() { '[' } else { ',' });
        list.push_str(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
    }
    if list.is_empty() {
        return Ok(None);
    }
    list.push(']');
    Ok(Some(list))
}

/// Deletes a job with its errors.
pub(super) fn forget(connection: &Connection, pk: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM jobs WHERE pk = ?1")?.execute([pk])?;
    Ok(())
}

/// Deletes the jobs whose time is over, with their errors.
pub(super) fn expire(connection: &Connection, now: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM jobs WHERE created_at <= ?1 AND status <> 'pending'")?
        .execute([now - KEPT_MS])?;
    Ok(())
}

//! The run of one export, from its first user to its last.

use std::collections::HashMap;
use std::fs;
use std::io;

use rusqlite::{Connection, params};

use super::FOLDER;
use super::file::Writer;
use super::jobs::{self, Job};
use crate::state::AppState;
use crate::store::{StoreError, UserRow, connections, users};
use crate::view;

/// Users that are read at a time, so that a long export keeps no old state of the database alive.
const BATCH: usize = 1_000;

/// Why an export stopped.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExportError {
    /// The store failed; the job stays pending.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be written; the job fails.
    #[error("the file of an export cannot be written: {0}")]
    File(#[from] io::Error),
}

impl From<rusqlite::Error> for ExportError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Writes the file on the calling thread; returns early, with the job pending, when the tenant stops.
pub(super) fn run(state: &AppState, job: &Job) -> Result<(), ExportError> {
    let folder = state.folder().join(FOLDER);
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(&folder)?;

    let (names, total) = state.store().read_blocking(|db| inside(db, job))?;
    let draft = folder.join(format!("{}.draft", job.file_name()));
    let mut writer = Writer::create(&draft, job.format, job.fields().columns())?;
    let stopping = state.stopping();
    let (mut written, mut after, mut told) = (0_u64, 0_i64, 0_u64);
    while written < total {
        if *stopping.borrow() {
            return Ok(());
        }
        let size = usize::try_from(total - written).map_or(BATCH, |left| left.min(BATCH));
        let rows = state.store().read_blocking(|db| batch(db, job, after, size))?;
        let Some(last) = rows.last() else { break };
        after = last.pk;
        for row in &rows {
            // Users of a connection that was deleted are no users any more.
            if let Some(name) = names.get(&row.connection) {
                writer.user(&view::user(row, name))?;
                written += 1;
            }
        }
        let percentage = (written * 100 / total).min(99);
        if percentage > told {
            told = percentage;
            let percentage = i64::try_from(percentage).unwrap_or(99);
            state.store().write_blocking(|tx| jobs::advance(tx, job.pk, percentage))?;
        }
    }
    writer.finish()?;
    fs::rename(&draft, folder.join(job.file_name()))?;
    let now = state.now_ms();
    Ok(state.store().write_blocking(|tx| jobs::finish(tx, job.pk, true, now))?)
}

/// The names of the connections whose users are exported, by key, and how many users that will be.
fn inside(db: &Connection, job: &Job) -> Result<(HashMap<i64, String>, u64), StoreError> {
    let mut names = HashMap::new();
    let mut total = 0;
    for row in connections::all(db)? {
        if job.of.as_ref().is_none_or(|of| of.id == row.id) {
            total += users::count(db, row.pk)?;
            names.insert(row.pk, row.name);
        }
    }
    let limit = job.limit.and_then(|limit| u64::try_from(limit).ok()).unwrap_or(u64::MAX);
    Ok((names, total.min(limit)))
}

fn batch(db: &Connection, job: &Job, after: i64, size: usize) -> Result<Vec<UserRow>, StoreError> {
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let rows: Result<Vec<UserRow>, _> = match &job.of {
        Some(of) => users::select(db, "WHERE connection = ?1 AND pk > ?2 ORDER BY pk LIMIT ?3")?
            .query_map(params![of.pk, after, size], UserRow::read)?
            .collect(),
        None => users::select(db, "WHERE pk > ?1 ORDER BY pk LIMIT ?2")?
            .query_map(params![after, size], UserRow::read)?
            .collect(),
    };
    Ok(rows?)
}

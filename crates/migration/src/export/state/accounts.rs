//! The accounts of an export: where the latest version of each stands.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{Inner, Range, State};
use crate::export::query::By;
use crate::export::record::Record;
use crate::export::{ExportError, file_of, subscriptions};

/// What storing a page has brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::export) struct Stored {
    /// Accounts that were not known at all.
    pub(in crate::export) new: u64,
    /// Bytes that were written.
    pub(in crate::export) bytes: u64,
    /// Whether the range is further than before: something was news, or its mark has risen.
    pub(in crate::export) advanced: bool,
    /// Whether the range is read to its end, which another reader may have brought nearer.
    pub(in crate::export) ended: bool,
}

/// A place in a recorded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::export) struct Place {
    pub(in crate::export) range: i64,
    pub(in crate::export) start: u64,
    pub(in crate::export) length: u64,
}

impl State {
    /// Stores a page of a range: first the records that are news, then, in one transaction, that they are there.
    pub(in crate::export) fn store(&self, id: i64, records: &[Record]) -> Result<Stored, ExportError> {
        let mut inner = self.lock();
        let Inner { connection, files } = &mut *inner;
        let transaction = connection.transaction().map_err(self.sqlite())?;
        let (known, range): (u64, Range) = transaction
            .query_row("SELECT * FROM ranges WHERE id = ?1", [id], |row| {
                Ok((row.get("bytes")?, Range::of_row(row)?))
            })
            .map_err(self.sqlite())?;
        let mut news = Vec::new();
        let (mut stored, mut fresh) = (Stored::default(), 0_u64);
        {
            let sqlite = self.sqlite();
            let mut find = transaction
                .prepare_cached("SELECT updated, range, start, length FROM accounts WHERE key = ?1")
                .map_err(&sqlite)?;
            let mut put = transaction
                .prepare_cached("INSERT OR REPLACE INTO accounts VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
                .map_err(&sqlite)?;
            let mut lose =
                transaction.prepare_cached("INSERT INTO losers VALUES (?1, ?2, ?3)").map_err(&sqlite)?;
            let mut back =
                transaction.prepare_cached("DELETE FROM deleted WHERE key = ?1").map_err(&sqlite)?;
            let mut subscribed = transaction.prepare_cached(subscriptions::FIND).map_err(&sqlite)?;
            for record in records {
                if record.gone {
                    leave_out(&transaction, record.key, record.created).map_err(&sqlite)?;
                    continue;
                }
                let before: Option<(i64, i64, u64, u64)> = find
                    .query_row([record.key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
                    .optional()
                    .map_err(&sqlite)?;
                match before {
                    Some((updated, ..)) if updated >= record.updated => continue,
                    Some((_, range, start, length)) => {
                        lose.execute(params![range, start, length]).map_err(&sqlite)?;
                    }
                    None => {
                        back.execute([record.key]).map_err(&sqlite)?;
                        stored.new += 1;
                    }
                }
                fresh += 1;
                let start = known + news.len() as u64;
                let text = subscriptions::joined(&mut subscribed, record).map_err(&sqlite)?;
                put.execute(params![record.key, record.created, record.updated, id, start, text.len()])
                    .map_err(&sqlite)?;
                news.extend_from_slice(&text);
                news.push(b'\n');
            }
        }
        stored.bytes = news.len() as u64;
        if !news.is_empty() {
            let path = self.folder.join(file_of(id));
            self.append(files, id, known, &news).map_err(|source| ExportError::Io { path, source })?;
        }
        // Accounts without the time leave no mark: their range is read from its beginning.
        let times = records.iter().map(|record| match range.span.by {
            By::Created => record.created,
            By::Updated => record.updated,
        });
        let mark = range.span.low.and_then(|_| times.filter(|at| *at >= 0).max());
        stored.advanced = fresh > 0 || mark > range.mark();
        stored.ended = range.span.high.is_some_and(|high| mark.max(range.mark()) >= Some(high));
        transaction
            .execute(
                "UPDATE ranges SET bytes = bytes + ?2, fresh = fresh + ?3, \
                 mark = coalesce(max(mark, ?4), mark, ?4) WHERE id = ?1",
                params![id, stored.bytes, fresh, mark],
            )
            .map_err(self.sqlite())?;
        transaction.commit().map_err(self.sqlite())?;
        Ok(stored)
    }

    /// Writes behind what is known to be in the file; what an interrupted attempt has left behind it is overwritten.
    fn append(&self, files: &mut HashMap<i64, File>, id: i64, known: u64, bytes: &[u8]) -> io::Result<()> {
        let file = match files.entry(id) {
            std::collections::hash_map::Entry::Occupied(file) => file.into_mut(),
            std::collections::hash_map::Entry::Vacant(vacant) => {
                let path = self.folder.join(file_of(id));
                let file =
                    OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
                if file.metadata()?.len() < known {
                    return Err(io::Error::other(
                        "it is shorter than it was; remove the run folder and begin anew",
                    ));
                }
                vacant.insert(file)
            }
        };
        file.set_len(known)?;
        file.seek(SeekFrom::Start(known))?;
        file.write_all(bytes)?;
        file.sync_data()
    }

    /// Accounts that are known, and bytes that are recorded.
    pub(in crate::export) fn totals(&self) -> Result<(u64, u64), ExportError> {
        self.lock()
            .connection
            .query_row(
                "SELECT (SELECT count(*) FROM accounts), (SELECT coalesce(sum(bytes), 0) FROM ranges)",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .map_err(self.sqlite())
    }

    /// Accounts that were found deleted.
    pub(in crate::export) fn deleted(&self) -> Result<u64, ExportError> {
        self.lock()
            .connection
            .query_row("SELECT count(*) FROM deleted", [], |row| row.get(0))
            .map_err(self.sqlite())
    }

    /// Accounts that are known and were made in a span of time; with those that were found deleted, since the site may count
    /// them still.
    pub(in crate::export) fn known(&self, low: i64, high: i64) -> Result<u64, ExportError> {
        self.lock()
            .connection
            .query_row(
                "SELECT (SELECT count(*) FROM accounts WHERE created >= ?1 AND created < ?2) + \
                 (SELECT count(*) FROM deleted WHERE created >= ?1 AND created < ?2)",
                [low, high],
                |row| row.get(0),
            )
            .map_err(self.sqlite())
    }

    /// What is recorded at a place.
    pub(in crate::export) fn text(&self, place: Place) -> Result<Vec<u8>, ExportError> {
        let path = self.folder.join(file_of(place.range));
        let mut text = vec![0; usize::try_from(place.length).unwrap_or(usize::MAX)];
        File::open(&path)
            .and_then(|file| file.read_exact_at(&mut text, place.start))
            .map_err(|source| ExportError::Io { path, source })?;
        Ok(text)
    }

    /// Calls `take` with the place of each version that a later one has replaced, and of each account that is gone, file by
    /// file; gives the number of the replaced ones.
    pub(in crate::export) fn losers(
        &self,
        mut take: impl FnMut(Place) -> Result<(), ExportError>,
    ) -> Result<u64, ExportError> {
        let inner = self.lock();
        let mut statement = inner
            .connection
            .prepare(
                "SELECT range, start, length, 1 FROM losers UNION ALL SELECT range, start, length, 0 FROM gone \
                 ORDER BY range, start",
            )
            .map_err(self.sqlite())?;
        let mut rows = statement.query([]).map_err(self.sqlite())?;
        let mut replaced = 0;
        while let Some(row) = rows.next().map_err(self.sqlite())? {
            let read = || -> rusqlite::Result<(Place, u64)> {
                Ok((Place { range: row.get(0)?, start: row.get(1)?, length: row.get(2)? }, row.get(3)?))
            };
            let (place, version) = read().map_err(self.sqlite())?;
            take(place)?;
            replaced += version;
        }
        Ok(replaced)
    }
}

/// Notes that an account is deleted, and forgets what was stored of it.
pub(in crate::export) fn leave_out(
    connection: &Connection,
    key: [u8; 16],
    created: i64,
) -> rusqlite::Result<()> {
    for change in [
        "INSERT INTO gone SELECT range, start, length FROM accounts WHERE key = ?1",
        "DELETE FROM accounts WHERE key = ?1",
    ] {
        connection.execute(change, [key])?;
    }
    connection.execute("INSERT OR REPLACE INTO deleted VALUES (?1, ?2)", params![key, created])?;
    Ok(())
}

//! How far an export is, in SQLite in the run folder.

use std::collections::HashMap;
use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::query::{By, Span};
use super::record::Record;
use super::{ExportError, ExportOptions, FOLDER, Site, file_of, subscriptions};

/// Name of the database.
const FILE: &str = "source.sqlite";

/// `accounts` tells where the latest version of each account stands; `losers` are the places of older ones, `gone` those of
/// accounts that the site has no more. `deleted` are all of these, also those that were never stored.
/// A range is of accounts by a time (`by`); `high` is null where it has no end, `low` where they have no such time.
const TABLES: &str = "
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS ranges (
    id INTEGER PRIMARY KEY, sweep INTEGER NOT NULL, by TEXT NOT NULL, low INTEGER, high INTEGER, mark INTEGER, started INTEGER NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0, fresh INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS accounts (
    key BLOB PRIMARY KEY, created INTEGER NOT NULL, updated INTEGER NOT NULL, range INTEGER NOT NULL,
    start INTEGER NOT NULL, length INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS accounts_by_time ON accounts (created);
CREATE TABLE IF NOT EXISTS deleted (key BLOB PRIMARY KEY, created INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS subscriptions (key BLOB PRIMARY KEY, updated INTEGER NOT NULL, text TEXT) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS losers (range INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS gone (range INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL) STRICT;
";

/// A range of accounts and how far it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) id: i64,
    /// 0 for the ranges of the beginning; else the number of the sweep.
    pub(super) sweep: u32,
    span: Span,
    /// The greatest time that is stored.
    mark: Option<i64>,
    /// When its reading began, by the site's clock, epoch milliseconds.
    pub(super) started: i64,
    /// Accounts that it brought and that were not known, or known as they were before.
    pub(super) fresh: u64,
}

impl Range {
    /// The greatest time that is stored.
    pub(super) fn mark(&self) -> Option<i64> {
        self.mark
    }

    /// Whether it is all that was there at the start, and nothing of it is read.
    pub(super) fn is_everything(&self) -> bool {
        self.id == 1 && self.mark.is_none()
    }

    /// What is left to read.
    pub(super) fn rest(&self) -> Span {
        Span { low: self.mark.or(self.span.low), ..self.span }
    }

    fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            sweep: row.get("sweep")?,
            span: Span { by: by(&row.get::<_, String>("by")?), low: row.get("low")?, high: row.get("high")? },
            mark: row.get("mark")?,
            started: row.get("started")?,
            fresh: row.get("fresh")?,
        })
    }
}

fn by(member: &str) -> By {
    if member == By::Created.member() { By::Created } else { By::Updated }
}

/// What storing a page has brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Stored {
    /// Accounts that were not known at all.
    pub(super) new: u64,
    /// Bytes that were written.
    pub(super) bytes: u64,
    /// Whether the range is further than before: something was news, or its mark has risen.
    pub(super) advanced: bool,
    /// Whether the range is read to its end, which another reader may have brought nearer.
    pub(super) ended: bool,
}

/// A place in a recorded file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) range: i64,
    pub(super) start: u64,
    pub(super) length: u64,
}

/// The state of one export. One process at a time works on it.
pub(super) struct State {
    folder: PathBuf,
    inner: Mutex<Inner>,
}

pub(super) struct Inner {
    pub(super) connection: Connection,
    files: HashMap<i64, File>,
}

impl State {
    /// Opens the state in the folder of a run, or makes it.
    pub(super) fn open(folder: &Path, site: &Site, options: &ExportOptions) -> Result<Self, ExportError> {
        let io = |source| ExportError::Io { path: folder.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(folder.join(FOLDER)).map_err(io)?;
        let path = folder.join(FILE);
        let sqlite = |source| ExportError::Sqlite { path: path.clone(), source };
        let connection = Connection::open(&path).map_err(sqlite)?;
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(io)?;
        connection
            .execute_batch(
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; \
                 PRAGMA cache_size = -65536;",
            )
            .and_then(|()| connection.execute_batch(TABLES))
            .map_err(sqlite)?;
        let state = Self {
            folder: folder.to_owned(),
            inner: Mutex::new(Inner { connection, files: HashMap::new() }),
        };
        let of = format!("{} at {}, {}", site.api_key, site.address, options.digest());
        match state.fact("of")? {
            None => state.set_fact("of", &of)?,
            Some(found) if found == of => {}
            Some(_) => {
                let found = "another site, or with another mapping".to_owned();
                return Err(ExportError::Other { path: folder.to_owned(), found });
            }
        }
        Ok(state)
    }

    /// Removes the state; the recorded files stay.
    pub(super) fn remove(folder: &Path) -> Result<(), ExportError> {
        for name in [FILE.to_owned(), format!("{FILE}-wal"), format!("{FILE}-shm")] {
            let path = folder.join(name);
            match std::fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(ExportError::Io { path, source });
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn sqlite(&self) -> impl Fn(rusqlite::Error) -> ExportError + '_ {
        |source| ExportError::Sqlite { path: self.folder.join(FILE), source }
    }

    /// Something that was noted.
    pub(super) fn fact(&self, name: &str) -> Result<Option<String>, ExportError> {
        self.lock()
            .connection
            .query_row("SELECT value FROM facts WHERE name = ?1", [name], |row| row.get(0))
            .optional()
            .map_err(self.sqlite())
    }

    /// Notes something.
    pub(super) fn set_fact(&self, name: &str, value: &str) -> Result<(), ExportError> {
        self.lock()
            .connection
            .execute("INSERT OR REPLACE INTO facts VALUES (?1, ?2)", [name, value])
            .map(drop)
            .map_err(self.sqlite())
    }

    /// Adds ranges, all or none. Their files are empty yet.
    pub(super) fn add(&self, sweep: u32, spans: &[Span], started: i64) -> Result<(), ExportError> {
        let mut inner = self.lock();
        let transaction = inner.connection.transaction().map_err(self.sqlite())?;
        for span in spans {
            transaction
                .execute(
                    "INSERT INTO ranges (sweep, by, low, high, started) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![sweep, span.by.member(), span.low, span.high, started],
                )
                .map_err(self.sqlite())?;
        }
        transaction.commit().map_err(self.sqlite())
    }

    /// Cuts what is left of a range at a time, or in two halves of time where that is earlier, and gives the later one, which
    /// is a range now; none where it cannot be cut.
    pub(super) fn cut(&self, id: i64, at: Option<i64>) -> Result<Option<Range>, ExportError> {
        let mut inner = self.lock();
        let transaction = inner.connection.transaction().map_err(self.sqlite())?;
        let range = transaction
            .query_row("SELECT * FROM ranges WHERE id = ?1", [id], Range::of_row)
            .map_err(self.sqlite())?;
        let Span { by: By::Created, low: Some(low), high: Some(high) } = range.rest() else {
            return Ok(None);
        };
        let halfway = low + (high - low) / 2;
        if halfway <= low {
            return Ok(None);
        }
        let middle = at.map_or(halfway, |at| at.clamp(low + 1, halfway));
        transaction
            .execute("UPDATE ranges SET high = ?2 WHERE id = ?1", [id, middle])
            .map_err(self.sqlite())?;
        transaction
            .execute(
                "INSERT INTO ranges (sweep, by, low, high, started) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![range.sweep, By::Created.member(), middle, high, range.started],
            )
            .map_err(self.sqlite())?;
        let cut = transaction
            .query_row("SELECT * FROM ranges WHERE id = last_insert_rowid()", [], Range::of_row)
            .map_err(self.sqlite())?;
        transaction.commit().map_err(self.sqlite())?;
        Ok(Some(cut))
    }

    /// The ranges that are not read to their end.
    pub(super) fn open_ranges(&self) -> Result<Vec<Range>, ExportError> {
        self.ranges("SELECT * FROM ranges WHERE done = 0 ORDER BY id")
    }

    /// When the export began, by the site's clock, epoch milliseconds.
    pub(super) fn began(&self) -> Result<Option<i64>, ExportError> {
        Ok(self.ranges("SELECT * FROM ranges ORDER BY id LIMIT 1")?.pop().map(|range| range.started))
    }

    /// The range that was added last.
    pub(super) fn last_range(&self) -> Result<Option<Range>, ExportError> {
        Ok(self.ranges("SELECT * FROM ranges ORDER BY id DESC LIMIT 1")?.pop())
    }

    fn ranges(&self, query: &str) -> Result<Vec<Range>, ExportError> {
        let inner = self.lock();
        let mut statement = inner.connection.prepare(query).map_err(self.sqlite())?;
        let rows = statement.query_map([], Range::of_row).map_err(self.sqlite())?;
        rows.collect::<Result<_, _>>().map_err(self.sqlite())
    }

    /// Accounts that a sweep has brought and that were not known, or known as they were before.
    pub(super) fn fresh(&self, sweep: u32) -> Result<u64, ExportError> {
        self.lock()
            .connection
            .query_row(
                "SELECT coalesce(sum(fresh), 0) FROM ranges WHERE sweep = ?1 AND by = ?2",
                params![sweep, By::Updated.member()],
                |row| row.get(0),
            )
            .map_err(self.sqlite())
    }

    /// A range as it is now.
    pub(super) fn range(&self, id: i64) -> Result<Range, ExportError> {
        self.lock()
            .connection
            .query_row("SELECT * FROM ranges WHERE id = ?1", [id], Range::of_row)
            .map_err(self.sqlite())
    }

    /// A range is read up to a time and all accounts of that.
    pub(super) fn pass(&self, id: i64, time: i64) -> Result<(), ExportError> {
        self.lock()
            .connection
            .execute("UPDATE ranges SET mark = max(mark, ?2 + 1) WHERE id = ?1", [id, time])
            .map(drop)
            .map_err(self.sqlite())
    }

    /// A range is read to its end.
    pub(super) fn close(&self, id: i64) -> Result<(), ExportError> {
        let mut inner = self.lock();
        inner.files.remove(&id);
        inner
            .connection
            .execute("UPDATE ranges SET done = 1 WHERE id = ?1", [id])
            .map(drop)
            .map_err(self.sqlite())
    }

    /// Stores a page of a range: first the records that are news, then, in one transaction, that they are there.
    pub(super) fn store(&self, id: i64, records: &[Record]) -> Result<Stored, ExportError> {
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
        stored.advanced = fresh > 0 || mark > range.mark;
        stored.ended = range.span.high.is_some_and(|high| mark.max(range.mark) >= Some(high));
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
    pub(super) fn totals(&self) -> Result<(u64, u64), ExportError> {
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
    pub(super) fn deleted(&self) -> Result<u64, ExportError> {
        self.lock()
            .connection
            .query_row("SELECT count(*) FROM deleted", [], |row| row.get(0))
            .map_err(self.sqlite())
    }

    /// Accounts that are known and were made in a span of time; with those that were found deleted, since the site may count
    /// them still.
    pub(super) fn known(&self, low: i64, high: i64) -> Result<u64, ExportError> {
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
    pub(super) fn text(&self, place: Place) -> Result<Vec<u8>, ExportError> {
        let path = self.folder.join(file_of(place.range));
        let mut text = vec![0; usize::try_from(place.length).unwrap_or(usize::MAX)];
        File::open(&path)
            .and_then(|file| file.read_exact_at(&mut text, place.start))
            .map_err(|source| ExportError::Io { path, source })?;
        Ok(text)
    }

    /// A number that was noted.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, ExportError> {
        Ok(self.fact(name)?.and_then(|text| text.parse().ok()))
    }

    /// Files with their length, in order.
    pub(super) fn files(&self) -> Result<Vec<(i64, u64)>, ExportError> {
        let inner = self.lock();
        let mut statement = inner
            .connection
            .prepare("SELECT id, bytes FROM ranges WHERE bytes > 0 ORDER BY id")
            .map_err(self.sqlite())?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(self.sqlite())?;
        rows.collect::<Result<_, _>>().map_err(self.sqlite())
    }

    /// Calls `take` with the place of each version that a later one has replaced, and of each account that is gone, file by
    /// file; gives the number of the replaced ones.
    pub(super) fn losers(
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
pub(super) fn leave_out(connection: &Connection, key: [u8; 16], created: i64) -> rusqlite::Result<()> {
    for change in [
        "INSERT INTO gone SELECT range, start, length FROM accounts WHERE key = ?1",
        "DELETE FROM accounts WHERE key = ?1",
    ] {
        connection.execute(change, [key])?;
    }
    connection.execute("INSERT OR REPLACE INTO deleted VALUES (?1, ?2)", params![key, created])?;
    Ok(())
}

//! The ranges of an export and how far each is read.

use rusqlite::{Row, params};

use super::State;
use crate::export::ExportError;
use crate::export::query::{By, Span};

/// A range of accounts and how far it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::export) struct Range {
    pub(in crate::export) id: i64,
    /// 0 for the ranges of the beginning; else the number of the sweep.
    pub(in crate::export) sweep: u32,
    pub(super) span: Span,
    /// The greatest time that is stored.
    mark: Option<i64>,
    /// When its reading began, by the site's clock, epoch milliseconds.
    pub(in crate::export) started: i64,
    /// Accounts that it brought and that were not known, or known as they were before.
    pub(in crate::export) fresh: u64,
}

impl Range {
    /// The greatest time that is stored.
    pub(in crate::export) fn mark(&self) -> Option<i64> {
        self.mark
    }

    /// Whether it is all that was there at the start, and nothing of it is read.
    pub(in crate::export) fn is_everything(&self) -> bool {
        self.id == 1 && self.mark.is_none()
    }

    /// What is left to read.
    pub(in crate::export) fn rest(&self) -> Span {
        Span { low: self.mark.or(self.span.low), ..self.span }
    }

    pub(super) fn of_row(row: &Row<'_>) -> rusqlite::Result<Self> {
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

impl State {
    /// Adds ranges, all or none. Their files are empty yet.
    pub(in crate::export) fn add(&self, sweep: u32, spans: &[Span], started: i64) -> Result<(), ExportError> {
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
    pub(in crate::export) fn cut(&self, id: i64, at: Option<i64>) -> Result<Option<Range>, ExportError> {
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
    pub(in crate::export) fn open_ranges(&self) -> Result<Vec<Range>, ExportError> {
        self.ranges("SELECT * FROM ranges WHERE done = 0 ORDER BY id")
    }

    /// When the export began, by the site's clock, epoch milliseconds.
    pub(in crate::export) fn began(&self) -> Result<Option<i64>, ExportError> {
        Ok(self.ranges("SELECT * FROM ranges ORDER BY id LIMIT 1")?.pop().map(|range| range.started))
    }

    /// The range that was added last.
    pub(in crate::export) fn last_range(&self) -> Result<Option<Range>, ExportError> {
        Ok(self.ranges("SELECT * FROM ranges ORDER BY id DESC LIMIT 1")?.pop())
    }

    fn ranges(&self, query: &str) -> Result<Vec<Range>, ExportError> {
        let inner = self.lock();
        let mut statement = inner.connection.prepare(query).map_err(self.sqlite())?;
        let rows = statement.query_map([], Range::of_row).map_err(self.sqlite())?;
        rows.collect::<Result<_, _>>().map_err(self.sqlite())
    }

    /// Accounts that a sweep has brought and that were not known, or known as they were before.
    pub(in crate::export) fn fresh(&self, sweep: u32) -> Result<u64, ExportError> {
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
    pub(in crate::export) fn range(&self, id: i64) -> Result<Range, ExportError> {
        self.lock()
            .connection
            .query_row("SELECT * FROM ranges WHERE id = ?1", [id], Range::of_row)
            .map_err(self.sqlite())
    }

    /// A range is read up to a time and all accounts of that.
    pub(in crate::export) fn pass(&self, id: i64, time: i64) -> Result<(), ExportError> {
        self.lock()
            .connection
            .execute("UPDATE ranges SET mark = max(mark, ?2 + 1) WHERE id = ?1", [id, time])
            .map(drop)
            .map_err(self.sqlite())
    }

    /// A range is read to its end.
    pub(in crate::export) fn close(&self, id: i64) -> Result<(), ExportError> {
        let mut inner = self.lock();
        inner.files.remove(&id);
        inner
            .connection
            .execute("UPDATE ranges SET done = 1 WHERE id = ?1", [id])
            .map(drop)
            .map_err(self.sqlite())
    }

    /// Files with their length, in order.
    pub(in crate::export) fn files(&self) -> Result<Vec<(i64, u64)>, ExportError> {
        let inner = self.lock();
        let mut statement = inner
            .connection
            .prepare("SELECT id, bytes FROM ranges WHERE bytes > 0 ORDER BY id")
            .map_err(self.sqlite())?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).map_err(self.sqlite())?;
        rows.collect::<Result<_, _>>().map_err(self.sqlite())
    }
}

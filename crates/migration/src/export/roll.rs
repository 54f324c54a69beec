//! Calling the roll: who is there, by UID alone, where accounts were deleted while a site was read.
//!
//! A cursor that counts places skips an account when one before it is deleted, and the site's count then says nothing: the
//! one that is missed and the one that is gone make up for each other. So all UIDs are read, in the largest pages that a
//! site gives. Who is not known is read; who is known and not called is asked for, and when the site has them not any
//! more, they leave the export.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use gigya::Error;

use super::query::{By, Span};
use super::record::{Record, uid};
use super::state::{Place, State, leave_out};
use super::{Export, ExportError};

/// Rolls at most; one is enough when nobody is deleted while it is called.
const ROLLS: u32 = 3;
/// Cursors of a roll that may expire.
const MAX_EXPIRED: u32 = 20;
/// Accounts that are asked for side by side.
const SIDE_BY_SIDE: usize = 8;
/// Whether there is an account is all that is asked.
const INCLUDE: &str = "profile";

/// Calls the roll of all accounts that were made before `high`; the site counted `counted` of them.
pub(super) async fn call(export: &Arc<Export>, high: i64, mut counted: u64) -> Result<(), ExportError> {
    let everybody = Span::between(By::Created, 0, high);
    for _ in 0..ROLLS {
        export.state.begin_roll()?;
        let unknown = called(export, everybody).await?;
        if let Some(last) = export.state.last_range()?.filter(|_| !unknown.is_empty()) {
            tracing::debug!(accounts = unknown.len(), "accounts that cursors have skipped are read");
            let spans: Vec<Span> = unknown.iter().map(|at| Span::between(By::Created, *at, at + 1)).collect();
            export.state.add(last.sweep, &spans, last.started)?;
            super::range::read_all(export).await?;
        }
        let absent = export.blocking(move |state| state.absent(high)).await?;
        stream::iter(absent.into_iter().map(|absent| export.ask(absent)))
            .buffer_unordered(SIDE_BY_SIDE)
            .try_collect::<()>()
            .await?;
        let now = export.client.count(&export.options.query.count(everybody)).await?;
        if now == counted {
            return Ok(());
        }
        counted = now;
    }
    Ok(())
}

/// Reads who is there, and gives the times of creation of those that are not known.
async fn called(export: &Arc<Export>, everybody: Span) -> Result<BTreeSet<i64>, ExportError> {
    let (mut unknown, mut rest, mut expired) = (BTreeSet::new(), everybody, 0);
    'cursor: loop {
        let mut pages = export.client.pages(export.options.query.names(rest));
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(Error::CursorExpired { .. }) if expired < MAX_EXPIRED => {
                    expired += 1;
                    continue 'cursor;
                }
                Err(Error::CursorExpired { .. }) => return Err(ExportError::Stuck(expired)),
                Err(error) => return Err(error.into()),
            };
            let records: Vec<Record> = (0..page.len())
                .filter_map(|index| page.record(index))
                .map(|text| Record::of(text).0)
                .collect();
            rest.low = records.iter().map(|record| record.created).max().or(rest.low).max(rest.low);
            unknown.extend(export.blocking(move |state| state.enroll(&records)).await?);
        }
        return Ok(unknown);
    }
}

impl Export {
    /// Asks for an account that was not called, and leaves it out when it is gone.
    async fn ask(&self, Absent { key, created, place }: Absent) -> Result<(), ExportError> {
        let Some(uid) = uid(&self.state.text(place)?) else { return Ok(()) };
        match self.client.account_info(&uid, INCLUDE).await? {
            // It was changed lately, so that the index is behind, or the cursor has skipped it.
            Some(_) => Ok(()),
            None => self.state.forget(key, created),
        }
    }
}

/// An account that is known and was not called.
struct Absent {
    key: [u8; 16],
    created: i64,
    place: Place,
}

impl State {
    /// Begins a new roll of the accounts that the site has.
    fn begin_roll(&self) -> Result<(), ExportError> {
        self.lock()
            .connection
            .execute_batch(
                "CREATE TEMP TABLE IF NOT EXISTS roll (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID; DELETE FROM roll;",
            )
            .map_err(self.sqlite())
    }

    /// Notes accounts on the roll, and gives the times of creation of those that are not known.
    fn enroll(&self, records: &[Record]) -> Result<Vec<i64>, ExportError> {
        let mut inner = self.lock();
        let transaction = inner.connection.transaction().map_err(self.sqlite())?;
        let mut unknown = Vec::new();
        {
            let mut put = transaction
                .prepare_cached("INSERT OR IGNORE INTO roll VALUES (?1)")
                .map_err(self.sqlite())?;
            let mut find =
                transaction.prepare_cached("SELECT 1 FROM accounts WHERE key = ?1").map_err(self.sqlite())?;
            for record in records {
                put.execute([record.key]).map_err(self.sqlite())?;
                if !find.exists([record.key]).map_err(self.sqlite())? {
                    unknown.push(record.created);
                }
            }
        }
        transaction.commit().map_err(self.sqlite())?;
        Ok(unknown)
    }

    /// The known accounts, made before `high`, that are not on the roll, and where they are recorded.
    fn absent(&self, high: i64) -> Result<Vec<Absent>, ExportError> {
        let inner = self.lock();
        let mut statement = inner
            .connection
            .prepare(
                "SELECT key, created, range, start, length FROM accounts \
                 WHERE created >= 0 AND created < ?1 AND key NOT IN (SELECT key FROM roll)",
            )
            .map_err(self.sqlite())?;
        let rows = statement
            .query_map([high], |row| {
                let place = Place { range: row.get(2)?, start: row.get(3)?, length: row.get(4)? };
                Ok(Absent { key: row.get(0)?, created: row.get(1)?, place })
            })
            .map_err(self.sqlite())?;
        rows.collect::<Result<_, _>>().map_err(self.sqlite())
    }

    /// An account that the site has not any more is no part of the export.
    fn forget(&self, key: [u8; 16], created: i64) -> Result<(), ExportError> {
        let mut inner = self.lock();
        let transaction = inner.connection.transaction().map_err(self.sqlite())?;
        leave_out(&transaction, key, created).map_err(self.sqlite())?;
        transaction.commit().map_err(self.sqlite())
    }
}

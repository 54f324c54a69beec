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
use super::state::Place;
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
        stream::iter(absent.into_iter().map(|(key, place)| export.ask(key, place)))
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
    /// Asks for an account that was not called, and forgets it when it is gone.
    async fn ask(&self, key: [u8; 16], place: Place) -> Result<(), ExportError> {
        let Some(uid) = uid(&self.state.text(place)?) else { return Ok(()) };
        match self.client.account_info(&uid, INCLUDE).await? {
            // It was changed lately, so that the index is behind, or the cursor has skipped it.
            Some(_) => Ok(()),
            None => self.state.forget(key),
        }
    }
}

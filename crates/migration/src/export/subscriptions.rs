//! Subscriptions, which a search `FROM accounts` does not bring, in whole or by name; `emailAccounts` has them, by UID.
//! Source: SAP Help, accounts.search.
//!
//! They are read beside the accounts, ten times as many a page, and wait in the state; an account waits until those that were
//! made up to its time are read ([`Reached`]). Before each sweep, those that were changed are read anew; an
//! account that is stored with older ones is then taken again when the sweep gives it, for they changed it as well.

use std::borrow::Cow;
use std::sync::Arc;

use gigya::{Error, Page};
use rusqlite::{OptionalExtension as _, Statement, params};
use tokio::sync::watch;

use super::query::{By, Query, Span};
use super::range::MAX_STUCK;
use super::record::{Record, spliced};
use super::state::State;
use super::{Export, ExportError};

/// The fact that says how far they are read: the time up to which, or [`ALL`].
const MARK: &str = "subscriptions";
const ALL: &str = "all";
/// The fact that says why they are not.
const REFUSED: &str = "no subscriptions";

/// Finds those of an account.
pub(super) const FIND: &str = "SELECT text FROM subscriptions WHERE key = ?1";

/// Up to which time of creation they are read, epoch milliseconds.
#[derive(Debug)]
pub(super) struct Reached(watch::Sender<i64>);

impl Default for Reached {
    fn default() -> Self {
        Self(watch::Sender::new(i64::MIN))
    }
}

impl Reached {
    /// All of them are read, or none are wanted.
    pub(super) fn end(&self) {
        self.0.send_replace(i64::MAX);
    }

    /// Waits until those of some accounts are there: there is one for each of a time only when a later one has come. Accounts
    /// without a time are the last.
    pub(super) async fn wait_for(&self, records: &[Record]) {
        let times = || records.iter().map(|record| record.created);
        let last = if times().any(|time| time < 0) {
            i64::MAX
        } else {
            times().max().map_or(i64::MIN, |time| time + 1)
        };
        // The sender lives as long as this does.
        let _ = self.0.subscribe().wait_for(|reached| *reached >= last).await;
    }
}

/// Reads the subscriptions of everybody, if they are wanted.
pub(super) async fn read(export: &Arc<Export>) -> Result<(), ExportError> {
    let mark = export.state.fact(MARK)?;
    if export.options.query.has_subscriptions() && mark.as_deref() != Some(ALL) {
        let low = mark.and_then(|mark| mark.parse().ok()).unwrap_or(0);
        export.gather(Span::from(By::Created, low), true).await?;
        // Hardly a site has any, and looking for them takes a site long.
        let untold = Span::untold(By::Created);
        if export.client.count(&export.options.query.count(untold)).await? > 0 {
            export.gather(untold, true).await?;
        }
        export.state.set_fact(MARK, ALL)?;
    }
    export.reached.end();
    Ok(())
}

/// Reads those of the accounts that were changed from a time on.
pub(super) async fn changed(export: &Arc<Export>, from: i64) -> Result<(), ExportError> {
    if !export.options.query.has_subscriptions() {
        return Ok(());
    }
    export.gather(Span::from(By::Updated, from), false).await
}

/// Reads those of the accounts that a pilot has taken, which were made from one time up to another.
pub(super) async fn of_pilot(export: &Arc<Export>, records: &[Record]) -> Result<(), ExportError> {
    let times = || records.iter().map(|record| record.created);
    match (times().min(), times().max()) {
        (Some(low), Some(high)) if export.options.query.has_subscriptions() => {
            export.gather(Span::between(By::Created, low, high + 1), false).await
        }
        _ => Ok(()),
    }
}

/// Why the site gave none.
pub(super) fn refused(state: &State) -> Result<Option<String>, ExportError> {
    state.fact(REFUSED)
}

/// The text of an account with its subscriptions; with its own where a search has brought them after all.
pub(super) fn joined<'r>(find: &mut Statement<'_>, record: &'r Record) -> rusqlite::Result<Cow<'r, [u8]>> {
    if record.subscriptions.is_some() {
        return Ok(Cow::Borrowed(&record.bytes));
    }
    let found: Option<Option<String>> = find.query_row([record.key], |row| row.get(0)).optional()?;
    Ok(match found.flatten() {
        Some(text) => Cow::Owned(spliced(&record.bytes, None, "subscriptions", &text)),
        None => Cow::Borrowed(&record.bytes),
    })
}

impl Export {
    /// Reads the rows of a span; notes how far it is where `marks`. A site that refuses them is read without.
    async fn gather(self: &Arc<Self>, mut span: Span, marks: bool) -> Result<(), ExportError> {
        if refused(&self.state)?.is_some() {
            return Ok(());
        }
        let mut stuck = 0;
        'cursors: loop {
            let mut pages = self.client.pages(Query::subscriptions(span));
            // On a busy site a span without an end has none; what is changed meanwhile comes with the next sweep.
            let mut left = None;
            while let Some(page) = pages.next().await {
                let page = match page {
                    Ok(page) => page,
                    Err(Error::CursorExpired { .. }) if stuck < MAX_STUCK => {
                        stuck += 1;
                        continue 'cursors;
                    }
                    Err(Error::CursorExpired { .. }) => return Err(ExportError::Stuck(stuck)),
                    Err(error @ (Error::Refused { .. } | Error::Answer { .. })) => {
                        tracing::warn!(%error, "the site gives no subscriptions");
                        return self.state.set_fact(REFUSED, &error.to_string());
                    }
                    Err(error) => return Err(error.into()),
                };
                let count = page.len() as u64;
                let rest = left.or(page.total()).unwrap_or(u64::MAX).saturating_sub(count);
                left = Some(rest);
                let (by, stored) = (span.by, marks.then_some(span.low).flatten());
                let mark = self.blocking(move |state| state.subscribe(&page, by, stored.is_some())).await?;
                if span.low.is_some() && mark > span.low {
                    (span.low, stuck) = (mark, 0);
                    if marks && let Some(mark) = mark {
                        self.reached.0.send_replace(mark);
                    }
                }
                if rest == 0 {
                    break;
                }
            }
            return Ok(());
        }
    }
}

impl State {
    /// Stores the subscriptions of a page of rows, and that they are read up to its last. Gives the time of that one.
    fn subscribe(&self, page: &Page, by: By, marks: bool) -> Result<Option<i64>, ExportError> {
        let mut inner = self.lock();
        let sqlite = self.sqlite();
        let transaction = inner.connection.transaction().map_err(&sqlite)?;
        let mut mark = None;
        {
            let mut put = transaction
                .prepare_cached(
                    "INSERT INTO subscriptions VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE \
                     SET updated = excluded.updated, text = excluded.text \
                     WHERE excluded.updated > updated AND excluded.text IS NOT text",
                )
                .map_err(&sqlite)?;
            let mut end = transaction
                .prepare_cached(
                    "UPDATE subscriptions SET updated = ?2, text = NULL \
                     WHERE key = ?1 AND ?2 > updated AND text IS NOT NULL",
                )
                .map_err(&sqlite)?;
            // Older than any, so that it is taken again.
            let mut outdate = transaction
                .prepare_cached("UPDATE accounts SET updated = -2 WHERE key = ?1")
                .map_err(&sqlite)?;
            for row in (0..page.len()).filter_map(|index| page.record(index)) {
                let (row, _) = Record::of(row);
                let text =
                    row.subscriptions.as_ref().map(|at| String::from_utf8_lossy(&row.bytes[at.clone()]));
                let news = match text {
                    Some(text) => put.execute(params![row.key, row.updated, text]),
                    None => end.execute(params![row.key, row.updated]),
                };
                if news.map_err(&sqlite)? > 0 {
                    outdate.execute([row.key]).map_err(&sqlite)?;
                }
                let time = if by == By::Created { row.created } else { row.updated };
                mark = mark.max(Some(time));
            }
        }
        if marks && let Some(mark) = mark {
            transaction
                .execute("INSERT OR REPLACE INTO facts VALUES (?1, ?2)", params![MARK, mark.to_string()])
                .map_err(&sqlite)?;
        }
        transaction.commit().map_err(&sqlite)?;
        Ok(mark)
    }
}

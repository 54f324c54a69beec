//! Reading ranges to their ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gigya::Error;
use tokio::task::JoinSet;

use super::query::{By, Span};
use super::record::uid;
use super::state::Range;
use super::{Export, ExportError, subscriptions};

/// Cursors in a row that may expire without having given anything new.
pub(super) const MAX_STUCK: u32 = 5;
/// The fact that says how many accounts there were at the start.
pub(super) const COUNTED: &str = "counted";

/// Reads all ranges that are open, a few side by side.
pub(super) async fn read_all(export: &Arc<Export>) -> Result<(), ExportError> {
    let mut waiting = export.state.open_ranges()?.into_iter();
    let mut running = JoinSet::new();
    let side_by_side = usize::try_from(export.options.ranges.max(1)).unwrap_or(1);
    loop {
        while running.len() < side_by_side {
            let next = match waiting.next() {
                Some(range) => Some(range),
                None => export.cut()?,
            };
            let Some(range) = next else { break };
            let export = export.clone();
            running.spawn(async move { export.read(range).await });
        }
        tokio::select! {
            () = export.board.news.notified(), if running.len() < side_by_side => {}
            joined = running.join_next() => match joined {
                None => return Ok(()),
                Some(Ok(result)) => result?,
                Some(Err(error)) => return Err(ExportError::Broke(error.to_string())),
            },
        }
    }
}

impl Export {
    /// Reads a range to its end, with as many cursors as that takes.
    pub(super) async fn read(self: &Arc<Self>, mut range: Range) -> Result<(), ExportError> {
        let mut stuck = 0;
        loop {
            let whole = self.follow(range, None, &mut stuck).await;
            self.board.closed(range.id);
            if whole? {
                return self.state.close(range.id);
            }
            let began = range.mark();
            range = self.state.range(range.id)?;
            tracing::debug!(range = range.id, "the cursor has expired; a new one is opened at the mark");
            if began.is_some() && began == range.mark() {
                self.plateau(range, &mut stuck).await?;
                range = self.state.range(range.id)?;
            }
        }
    }

    /// Reads the accounts of the time at which a range stands, in the order of their UIDs: an import may have given so many
    /// the same that no cursor lives long enough to pass them, and a new one would begin at the first of them. A site that
    /// cannot search so is read on as before.
    async fn plateau(self: &Arc<Self>, range: Range, stuck: &mut u32) -> Result<(), ExportError> {
        let Some(at) = range.mark() else { return Ok(()) };
        let span = Span::between(range.rest().by, at, at.saturating_add(1));
        let mut behind: Option<String> = None;
        'cursors: loop {
            let search = self.options.query.by_uid(span, behind.as_deref(), self.options.page);
            let mut pages = self.client.pages(search);
            while let Some(page) = pages.next().await {
                let page = match page {
                    Ok(page) => page,
                    Err(Error::CursorExpired { .. }) if *stuck < MAX_STUCK => {
                        *stuck += 1;
                        continue 'cursors;
                    }
                    Err(Error::CursorExpired { .. }) => return Err(ExportError::Stuck(*stuck)),
                    Err(Error::Refused { .. }) => return Ok(()),
                    Err(error) => return Err(error.into()),
                };
                let last = page.records().last().and_then(uid);
                if last > behind {
                    (behind, *stuck) = (last, 0);
                }
                let (id, records) =
                    (range.id, self.passwords.complete(&self.client, &self.state, &page).await?);
                self.reached.wait_for(&records).await;
                let stored = self.blocking(move |state| state.store(id, &records)).await?;
                self.progress.read.fetch_add(stored.new, Ordering::Relaxed);
                self.progress.bytes.fetch_add(stored.bytes, Ordering::Relaxed);
            }
            return self.state.pass(range.id, at);
        }
    }

    /// Reads at most `limit` accounts, in a range of everything up to now.
    pub(super) async fn pilot(self: &Arc<Self>, limit: u64) -> Result<(), ExportError> {
        if self.state.last_range()?.is_none() {
            let now = self.site_now_ms();
            self.state.add(0, &[Span::between(By::Created, 0, now)], now)?;
        }
        self.progress.total.store(limit, Ordering::Relaxed);
        self.progress.read.store(self.state.totals()?.0, Ordering::Relaxed);
        let mut stuck = 0;
        while let Some(range) = self.state.open_ranges()?.pop() {
            if self.follow(range, Some(limit), &mut stuck).await? {
                self.state.close(range.id)?;
            }
        }
        Ok(())
    }

    /// Follows one cursor, for as many accounts as there were when it was opened: on a busy site a range without an end
    /// has none, and the next sweep brings what is changed meanwhile. False when it has expired.
    async fn follow(
        self: &Arc<Self>,
        range: Range,
        limit: Option<u64>,
        stuck: &mut u32,
    ) -> Result<bool, ExportError> {
        let wanted = Arc::new(AtomicU64::new(u64::MAX));
        let search = self.options.query.accounts(range.rest(), self.options.page).wanted(wanted.clone());
        let mut pages = self.client.pages(search);
        let mut first = true;
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(Error::CursorExpired { .. }) if *stuck < MAX_STUCK => {
                    *stuck += 1;
                    return Ok(false);
                }
                Err(Error::CursorExpired { .. }) => return Err(ExportError::Stuck(*stuck)),
                Err(error) => return Err(error.into()),
            };
            let mut records = self.passwords.complete(&self.client, &self.state, &page).await?;
            if let Some(limit) = limit {
                let left = limit.saturating_sub(self.state.totals()?.0);
                records.truncate(usize::try_from(left).unwrap_or(usize::MAX));
                subscriptions::of_pilot(self, &records).await?;
            }
            self.reached.wait_for(&records).await;
            let (id, times) =
                (range.id, (records.first().map(|one| one.created), records.last().map(|one| one.created)));
            let stored = self.blocking(move |state| state.store(id, &records)).await?;
            if stored.advanced {
                *stuck = 0;
            }
            // From here on the range can be cut: its mark is stored.
            if std::mem::take(&mut first) {
                self.board.opened(id, &wanted, self.options.page.into());
                self.note_size(&range, page.total(), limit)?;
            }
            self.board.gave(id, page.len() as u64, times);
            self.progress.read.fetch_add(stored.new, Ordering::Relaxed);
            self.progress.bytes.fetch_add(stored.bytes, Ordering::Relaxed);
            if limit.is_some_and(|limit| self.progress.read.load(Ordering::Relaxed) >= limit) {
                return Ok(true);
            }
            if stored.ended {
                return Ok(true);
            }
        }
        if first {
            self.board.opened(range.id, &wanted, self.options.page.into());
        }
        Ok(true)
    }

    /// Notes how many accounts a range has, as its first page tells; a site may not say.
    fn note_size(&self, range: &Range, total: Option<u64>, limit: Option<u64>) -> Result<(), ExportError> {
        let Some(total) = total.filter(|_| limit.is_none()) else { return Ok(()) };
        self.progress.total.fetch_max(total, Ordering::Relaxed);
        if range.is_everything() { self.state.set_fact(COUNTED, &total.to_string()) } else { Ok(()) }
    }
}

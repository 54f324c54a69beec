//! What is there at the start, and cutting it into ranges that are read side by side.
//!
//! Searches are what a site's pace limits, so none is spent on planning. One range is opened; its first page says how many
//! accounts it has. Whenever a reader is free, the largest rest of a range is cut in two halves of time, and the first page
//! of the later one says how large both are. So all readers have work to the end, however unevenly accounts were made.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::Notify;

use super::query::{By, Span};
use super::state::Range;
use super::{Export, ExportError};

/// Cuts that gave the later half less than a page, after which accounts are held to be made all at once.
const MAX_VAIN: u32 = 6;
/// Pages of accounts of one time, after which a range is cut in the middle of its time.
const ENOUGH: u32 = 4;

/// Notes the first ranges, unless that is done, and tells the progress what there is.
pub(super) async fn plan(export: &Arc<Export>) -> Result<(), ExportError> {
    if export.state.last_range()?.is_some() {
        let everything = Span::from(By::Created, 0);
        let total = export.client.count(&export.options.query.count(everything)).await?;
        export.progress.total.store(total, Ordering::Relaxed);
        let (read, bytes) = export.state.totals()?;
        export.progress.read.store(read, Ordering::Relaxed);
        export.progress.bytes.store(bytes, Ordering::Relaxed);
        return Ok(());
    }
    // Sweeps read what was made or changed from here on.
    let started = export.site_now_ms();
    export.state.add(0, &[Span::between(By::Created, 0, started), Span::untold(By::Created)], started)
}

/// What is known of the ranges that are read side by side.
#[derive(Debug, Default)]
pub(super) struct Board {
    open: Mutex<Open>,
    /// A page has come: there may be something to cut.
    pub(super) news: Notify,
}

#[derive(Debug, Default)]
struct Open {
    ranges: BTreeMap<i64, Reading>,
    /// The ranges that were cut, by the later half, until its first page has come.
    cut: BTreeMap<i64, i64>,
    vain: u32,
}

#[derive(Debug)]
struct Reading {
    /// Accounts that its cursor shall give.
    wanted: Arc<AtomicU64>,
    given: u64,
    pages: u32,
    /// When the first and the last account that it gave were made.
    times: Option<(i64, i64)>,
    /// Whether a cut is worth a thought.
    whole: bool,
}

impl Reading {
    fn left(&self) -> u64 {
        self.wanted.load(Ordering::Relaxed).saturating_sub(self.given)
    }

    /// Whether it can be told where to cut it, or never will be: accounts may all be made at one time.
    fn is_ripe(&self) -> bool {
        self.whole && (self.middle().is_some() || self.pages >= ENOUGH)
    }

    /// The time before which half of what is left was made, if accounts go on to be made as those that have come: many
    /// sites have got most of theirs on one day.
    fn middle(&self) -> Option<i64> {
        let (first, last) = self.times.filter(|(first, last)| last > first)?;
        let left = i128::from(self.left() / 2);
        let ahead = i128::from(last - first) * left / i128::from(self.given.max(1));
        i64::try_from(i128::from(last) + ahead).ok()
    }
}

impl Board {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first page of a range has come, and with it the number of its accounts; a page has at most so many.
    pub(super) fn opened(&self, id: i64, wanted: &Arc<AtomicU64>, page: u64) {
        // A site may not say how many there are.
        let size = Some(wanted.load(Ordering::Relaxed)).filter(|size| *size < u64::MAX);
        let mut open = self.lock();
        // A cursor that was opened anew counts what a cut has left of its range.
        open.cut.retain(|_, earlier| *earlier != id);
        open.ranges
            .insert(id, Reading { wanted: wanted.clone(), given: 0, pages: 0, times: None, whole: true });
        if let Some(earlier) = open.cut.remove(&id) {
            open.vain += u32::from(size.is_none_or(|size| size < page));
            if let Some(earlier) = open.ranges.get_mut(&earlier) {
                let less = |wanted: u64| size.map(|size| wanted.saturating_sub(size));
                let _ = earlier.wanted.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
                earlier.whole = true;
            }
        }
    }

    /// A page of a range has come, with accounts that were made from one time to another.
    pub(super) fn gave(&self, id: i64, accounts: u64, (first, last): (Option<i64>, Option<i64>)) {
        if let Some(reading) = self.lock().ranges.get_mut(&id) {
            reading.given += accounts;
            reading.pages += 1;
            let first = reading.times.map(|(first, _)| first).or(first);
            reading.times = first.zip(last);
        }
        self.news.notify_one();
    }

    /// A range is not read any more.
    pub(super) fn closed(&self, id: i64) {
        self.lock().ranges.remove(&id);
    }
}

impl Export {
    /// Cuts the range with the most accounts left, if they are worth another reader.
    pub(super) fn cut(&self) -> Result<Option<Range>, ExportError> {
        let worth = u64::from(self.options.page.max(1)) * u64::from(self.options.pages_a_range.max(1));
        let mut open = self.board.lock();
        if open.vain >= MAX_VAIN {
            return Ok(None);
        }
        let largest = open
            .ranges
            .iter_mut()
            .filter(|(_, reading)| reading.is_ripe())
            .max_by_key(|(_, reading)| reading.left());
        let Some((id, reading)) = largest.filter(|(_, reading)| reading.left() >= worth) else {
            return Ok(None);
        };
        let id = *id;
        reading.whole = false;
        let cut = self.state.cut(id, reading.middle())?;
        if let Some(later) = &cut {
            open.cut.insert(later.id, id);
        }
        Ok(cut)
    }

    /// The present by the site's clock, epoch milliseconds; at most two seconds too early, never too late.
    pub(super) fn site_now_ms(&self) -> i64 {
        let here = || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        };
        self.client.site_now().unwrap_or_else(here).saturating_mul(1000)
    }
}

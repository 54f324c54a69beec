//! Cutting what is there at the start into ranges of about equal size.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use super::query::{By, Span};
use super::{Export, ExportError};

/// A range is worth its cursor when it has at least so many pages.
const PAGES: u64 = 4;
/// Halvings in search of a border: a thousandth of the span is near enough.
const HALVINGS: u32 = 10;

/// Plans the first ranges, unless that is done, and tells the progress what there is.
pub(super) async fn plan(export: &Arc<Export>) -> Result<(), ExportError> {
    let client = &export.client;
    let everything = Span::from(By::Created, 0);
    let total = client.count(&export.options.query.count(everything)).await?;
    export.progress.total.store(total, Ordering::Relaxed);
    if export.state.last_range()?.is_some() {
        let (read, bytes) = export.state.totals()?;
        export.progress.read.store(read, Ordering::Relaxed);
        export.progress.bytes.store(bytes, Ordering::Relaxed);
        return Ok(());
    }
    let started = export.site_now_ms();
    // Sweeps read what was made or changed from here on.
    let high = started;
    let wanted =
        (total / (PAGES * u64::from(export.options.page.max(1)))).clamp(1, export.options.ranges.into());
    let mut borders = vec![0];
    if wanted > 1
        && let (Some(first), Some(last)) = (export.end(true).await?, export.end(false).await?)
    {
        let last = last.min(high - 1);
        for number in 1..wanted {
            let border = border(export, first, last, total * number / wanted).await?;
            if borders.last().is_some_and(|before| *before < border) {
                borders.push(border);
            }
        }
    }
    borders.push(high);
    let mut spans: Vec<Span> =
        borders.windows(2).map(|ends| Span::between(By::Created, ends[0], ends[1])).collect();
    spans.push(Span::untold(By::Created));
    export.state.add(0, &spans, started)
}

/// The time before which about `wanted` accounts were made.
async fn border(export: &Export, first: i64, last: i64, wanted: u64) -> Result<i64, ExportError> {
    let (mut low, mut high) = (first, last);
    for _ in 0..HALVINGS {
        if high - low <= 1 {
            break;
        }
        let middle = low + (high - low) / 2;
        let below =
            export.client.count(&export.options.query.count(Span::between(By::Created, 0, middle))).await?;
        if below < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(high)
}

impl Export {
    /// The present by the site's clock, epoch milliseconds; at most two seconds too early, never too late.
    pub(super) fn site_now_ms(&self) -> i64 {
        let here = || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
        };
        self.client.site_now().unwrap_or_else(here).saturating_mul(1000)
    }

    /// When the oldest or newest account was made.
    async fn end(&self, first: bool) -> Result<Option<i64>, ExportError> {
        #[derive(Deserialize)]
        struct Row {
            #[serde(rename = "createdTimestamp")]
            created: i64,
        }
        let page = self.client.page(&self.options.query.end(first)).await?;
        let row = page.records().next().and_then(|row| serde_json::from_slice::<Row>(row).ok());
        Ok(row.map(|row| row.created))
    }
}

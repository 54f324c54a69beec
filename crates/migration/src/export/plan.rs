//! Cutting what is there at the start into ranges of about equal size.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use super::query::{By, Span};
use super::{Export, ExportError, ExportOptions};

/// A border is near enough when the range is off by such a share of the whole.
const NEAR: u64 = 40;
/// Counts in search of a border.
const MAX_COUNTS: u32 = 8;

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
    let ExportOptions { page, pages_a_range, ranges, .. } = export.options;
    let worth = u64::from(page.max(1)) * u64::from(pages_a_range.max(1));
    let wanted = (total / worth).clamp(1, ranges.into());
    let mut borders = vec![0];
    if wanted > 1
        && let (Some(first), Some(last)) = (export.end(true).await?, export.end(false).await?)
    {
        let last = last.min(high - 1);
        for number in 1..wanted {
            let border = border(export, (first, last), total, total * number / wanted).await?;
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

/// The time before which about `wanted` of the `total` accounts were made. Each count is a search that the site's pace
/// has to pay for, so the next place to look at is where the border would be if accounts came evenly, in turn with the
/// middle, which nothing can mislead.
async fn border(
    export: &Export,
    (first, last): (i64, i64),
    total: u64,
    wanted: u64,
) -> Result<i64, ExportError> {
    let (mut low, mut high) = ((first, 0), (last, total));
    for turn in 0..MAX_COUNTS {
        let span = high.0 - low.0;
        if span <= 1 {
            break;
        }
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a guess where to look"
        )]
        let guess = |share: f64| low.0 + (span as f64 * share) as i64;
        let share = match high.1 - low.1 {
            #[expect(clippy::cast_precision_loss, reason = "a guess where to look")]
            accounts if turn % 3 < 2 && accounts > 0 => (wanted - low.1) as f64 / accounts as f64,
            _ => 0.5,
        };
        let place = guess(share).clamp(low.0 + 1, high.0 - 1);
        let counted = Span::between(By::Created, 0, place);
        let below = export.client.count(&export.options.query.count(counted)).await?;
        if below.abs_diff(wanted) <= total / NEAR {
            return Ok(place);
        }
        if below < wanted {
            low = (place, below);
        } else {
            high = (place, below.max(low.1));
        }
    }
    Ok(high.0)
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

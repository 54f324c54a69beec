//! Holding what was read against what the site counts, by the time at which accounts were made: that never changes, so
//! the numbers can be compared however busy the site is. Where they have fallen, accounts were deleted, and one that is gone
//! could hide one that is missed: then the roll is called.

use std::sync::Arc;

use super::query::{By, Span};
use super::range::COUNTED;
use super::state::Range;
use super::{Export, ExportError, roll};

/// Rounds of reading gaps, before the site's numbers are held to be wrong.
const ROUNDS: u32 = 3;
/// The fact that says how many accounts the site counts and does not give.
pub(super) const MISSING: &str = "missing";

/// Finds spans in which the site has more accounts than were read, and reads them.
pub(super) async fn verify(export: &Arc<Export>) -> Result<(), ExportError> {
    let Some(Range { sweep, started, .. }) = export.state.last_range()? else { return Ok(()) };
    // Accounts that were made since are brought by sweeps, as far as they go.
    let Some(high) = export.state.began()? else { return Ok(()) };
    // Nobody is made in the past but by an import; fewer than before means that somebody was deleted.
    let before = export.state.number(COUNTED)?.unwrap_or(0);
    let mut gap = None;
    for _ in 0..ROUNDS {
        gap = None;
        let mut everybody = None;
        let mut spans = vec![(0, high)];
        while let Some((low, high)) = spans.pop() {
            let counted = export
                .client
                .count(&export.options.query.count(Span::between(By::Created, low, high)))
                .await?;
            let read = export.blocking(move |state| state.known(low, high)).await?;
            everybody.get_or_insert((counted, read));
            if counted <= read {
                continue;
            }
            let small = counted <= u64::from(export.options.page) || high - low <= 1;
            if small {
                tracing::debug!(low, high, counted, read, "a gap is read again");
                gap = Some(ExportError::Incomplete { counted, read, low, high });
                // As a part of the last sweep, so that an interrupted attempt goes on with it.
                export.state.add(sweep, &[Span::between(By::Created, low, high)], started)?;
                super::range::read_all(export).await?;
            } else {
                let middle = low + (high - low) / 2;
                spans.extend([(low, middle), (middle, high)]);
            }
        }
        if gap.is_none() {
            return match everybody {
                Some((counted, read)) if counted < read.max(before) => {
                    roll::call(export, high, counted).await
                }
                _ => Ok(()),
            };
        }
    }
    let Some(gap) = gap else { return Ok(()) };
    if !export.options.accept_incomplete {
        return Err(gap);
    }
    let counted =
        export.client.count(&export.options.query.count(Span::between(By::Created, 0, high))).await?;
    let read = export.blocking(move |state| state.known(0, high)).await?;
    export.state.set_fact(MISSING, &counted.saturating_sub(read).to_string())
}

//! Reading what was changed while the rest was read.

use std::sync::Arc;

use super::query::{By, Span};
use super::{Export, ExportError};

/// How far before a beginning a sweep reaches, milliseconds: twice the longest lag of the site's index (30 s), and
/// what the clocks are apart. Source of the lag: SAP Help, accounts.search.
const REACH_BACK: i64 = 60_000 + 5_000;
/// Sweeps at most: a site on which accounts change faster than they are read has no end.
const MAX_SWEEPS: u32 = 12;

/// Sweeps until one brings nothing new; gives their number.
pub(super) async fn sweep(export: &Arc<Export>) -> Result<u32, ExportError> {
    loop {
        let Some(last) = export.state.last_range()? else { return Ok(0) };
        let ended = last.sweep > 0 && (last.fresh == 0 || last.sweep >= MAX_SWEEPS);
        if ended {
            return Ok(last.sweep);
        }
        let from = (last.started - REACH_BACK).max(0);
        let span = Span::from(By::Updated, from);
        super::subscriptions::changed(export, from).await?;
        export.state.add(last.sweep + 1, &[span], export.site_now_ms())?;
        super::range::read_all(export).await?;
    }
}

//! Reading what was changed while the rest was read.

use std::sync::Arc;

use super::query::{By, Span};
use super::{Export, ExportError};

/// The longest lag of a site's index, milliseconds. Source: SAP Help, accounts.search.
pub(super) const INDEX_LAG: i64 = 30_000;
/// How far before a beginning a sweep reaches, milliseconds: twice the lag, and what the clocks are apart.
const REACH_BACK: i64 = 2 * INDEX_LAG + 5_000;
/// Sweeps at most.
const MAX_SWEEPS: u32 = 12;
/// Sweeps from which on a site that never rests is told by what they bring.
const ENOUGH: u32 = 3;

/// Sweeps until one brings nothing new; gives their number. On a site that never rests each brings what was changed while
/// the one before it ran. When that becomes no less, more sweeps would only read what is changed after the export.
pub(super) async fn sweep(export: &Arc<Export>) -> Result<u32, ExportError> {
    loop {
        let Some(last) = export.state.last_range()? else { return Ok(0) };
        let rests = last.sweep > 0 && last.fresh == 0;
        let never_will = last.sweep >= ENOUGH
            && export.state.fresh(last.sweep)? * 2 >= export.state.fresh(last.sweep - 1)?;
        if rests || never_will || last.sweep >= MAX_SWEEPS {
            return Ok(last.sweep);
        }
        let from = (last.started - REACH_BACK).max(0);
        let span = Span::from(By::Updated, from);
        super::subscriptions::changed(export, from).await?;
        export.state.add(last.sweep + 1, &[span], export.site_now_ms())?;
        super::range::read_all(export).await?;
    }
}

//! Reading what was changed while the rest was read.

use std::sync::Arc;

use super::query::Span;
use super::state::Range;
use super::{Export, ExportError, Query};

/// How far before a beginning a sweep reaches, milliseconds: twice the longest lag of the site's index (30 s), and
/// what the clocks are apart. Source of the lag: SAP Help, accounts.search.
const REACH_BACK: i64 = 60_000 + 5_000;
/// Sweeps at most: a site on which accounts change faster than they are read has no end.
const MAX_SWEEPS: u32 = 12;

/// Sweeps until one brings nothing new.
pub(super) async fn sweep(export: &Arc<Export>) -> Result<(), ExportError> {
    loop {
        let Some(last) = export.state.last_range()? else { return Ok(()) };
        let ended = last.sweep > 0 && (last.fresh == 0 || last.sweep >= MAX_SWEEPS);
        if ended {
            return Ok(());
        }
        once(export, last).await?;
    }
}

/// Sweeps while the site counts more accounts than are known: those were changed so often that every sweep has missed
/// them, or are new. Gives the number of sweeps so far.
pub(super) async fn catch_up(export: &Arc<Export>) -> Result<u32, ExportError> {
    for _ in 0..MAX_SWEEPS {
        let counted = export.client.count(&Query::count(Span::From(0))).await?;
        let known = export.blocking(|state| state.known(0, i64::MAX)).await?;
        let Some(last) = export.state.last_range()?.filter(|_| counted > known) else { break };
        once(export, last).await?;
    }
    Ok(export.state.last_range()?.map_or(0, |last| last.sweep))
}

async fn once(export: &Arc<Export>, last: Range) -> Result<(), ExportError> {
    let from = (last.started - REACH_BACK).max(0);
    export.state.add(last.sweep + 1, &[Span::From(from)], export.site_now_ms())?;
    super::range::read_all(export).await
}

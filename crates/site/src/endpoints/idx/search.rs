//! `idx.search`
//!
//! Source: Gigya, "idx.search REST"; the names `result` and `resultCount` are those of real answers.

use std::ops::ControlFlow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::idx::mask;
use crate::idx::table::{self, Kind};
use crate::query::{self, Plan, Query, Table};
use crate::state::AppState;

/// What a `cursorId` stands for. A site has few dataflows: the search is done again for each page.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    query: String,
    start: usize,
}

/// Finds dataflows, drafts, schedulings, jobs, and the variables of the site.
///
/// # Errors
/// 400002 without a query, 400006 for one that cannot be answered or an unknown cursor.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let (cursor, open) = match call.params.get("cursorId") {
        Some(id) => (cursor(id).ok_or_else(|| ApiError::invalid("cursorId: not known"))?, true),
        None => {
            let query = call.params.require("query")?.to_owned();
            (Cursor { query, start: 0 }, call.params.flag("openCursor")?.unwrap_or(false))
        }
    };
    let mut query: Query = cursor.query.parse().map_err(|error| ApiError::invalid(format!("{error}")))?;
    let documents = documents(state, &query.from)?;
    if open {
        query.start = Some(cursor.start);
    }
    let limit = query.limit();
    let plan = Plan::new(query, &Table::PLAIN).map_err(|error| ApiError::invalid(error.to_string()))?;
    let found = query::run(&plan, documents).map_err(|_| ApiError::internal())?;
    let mut answer = Document::new();
    answer.set("resultCount", found.rows.len());
    answer.set("totalCount", found.total);
    let next = cursor.start + limit;
    if open && u64::try_from(next).is_ok_and(|next| next < found.total) {
        let id = serde_json::to_vec(&Cursor { start: next, ..cursor }).map_err(|_| ApiError::internal())?;
        answer.set("nextCursorId", URL_SAFE_NO_PAD.encode(id));
    }
    answer.set_raw("result", found.rows.into_raw().map_err(|_| ApiError::internal())?);
    Ok(answer)
}

/// What a table holds.
fn documents(state: &AppState, table: &str) -> Result<Vec<String>, ApiError> {
    let kind = match table {
        "global-config" => {
            return Ok(state.variables().documents().map(|one| one.to_string()).collect());
        }
        // Nobody can store a script for itself here: each stands in its step.
        "script" => return Ok(Vec::new()),
        name => Kind::parse(name).ok_or_else(|| {
            let details = "query: FROM takes dataflow, dataflow_draft, scheduling, idx_job_status, script or global-config";
            ApiError::invalid(details)
        })?,
    };
    let mut documents = Vec::new();
    state.store().read_blocking(|db| {
        table::each(db, kind, |entry| -> Result<_, ApiError> {
            documents.push(mask::masked(entry.body).to_string());
            Ok(ControlFlow::Continue(()))
        })
    })?;
    Ok(documents)
}

fn cursor(id: &str) -> Option<Cursor> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(id).ok()?).ok()
}

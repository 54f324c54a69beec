//! `GET /api/v2/logs`: what custom databases did, newest first. Other events are not logged by this tenant.

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::page::Page;
use crate::query::Query;
use crate::state::AppState;

/// Entries on a page when the client does not say.
const PAGE: usize = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/logs", get(list))
}

async fn list(State(state): State<AppState>, caller: Caller, query: Query) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:logs"])?;
    let fields = query.fields()?;
    let page = Page::of(&query, PAGE)?;
    let mut entries = state.logs().newest();
    for entry in &mut entries {
        if let Value::Object(entry) = entry {
            fields.apply(entry, &[]);
        }
    }
    Ok(Json(page.cut("logs", entries)))
}

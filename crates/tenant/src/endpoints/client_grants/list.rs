//! `GET /api/v2/client-grants`

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::page::Page;
use crate::query::Query;
use crate::state::AppState;
use crate::store::grants as table;

/// Grants on a page when the client does not say.
const PAGE: usize = 50;

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:client_grants"])?;
    let page = Page::of(&query, PAGE)?;
    let wanted = |name: &str| query.get(name).map(str::to_owned);
    let (client_id, audience) = (wanted("client_id"), wanted("audience"));
    let all = state.store().read(|db| -> Result<_, ApiError> { Ok(table::all(db)?) }).await?;
    let shown = all
        .iter()
        .filter(|row| client_id.as_ref().is_none_or(|id| *id == row.client_id))
        .filter(|row| audience.as_ref().is_none_or(|audience| *audience == row.audience))
        .map(|row| Value::Object(super::shown(row)))
        .collect();
    Ok(Json(page.cut("client_grants", shown)))
}

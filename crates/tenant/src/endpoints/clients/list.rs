//! `GET /api/v2/clients`

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::page::Page;
use crate::query::Query;
use crate::state::AppState;
use crate::store::clients as table;
use crate::view;

/// Applications on a page when the client does not say.
const PAGE: usize = 50;

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:clients"])?;
    let fields = query.fields()?;
    let page = Page::of(&query, PAGE)?;
    let types: Option<Vec<String>> =
        query.get("app_type").map(|types| types.split(',').map(str::to_owned).collect());
    let first_party = query.flag("is_first_party")?;
    let all = state.store().read(|db| -> Result<_, ApiError> { Ok(table::all(db)?) }).await?;
    let shown = all
        .iter()
        .filter(|row| {
            let app_type = row.body.get("app_type").and_then(Value::as_str).unwrap_or_default();
            types.as_ref().is_none_or(|types| types.iter().any(|wanted| wanted == app_type))
                && first_party
                    .is_none_or(|wanted| row.body.get("is_first_party") == Some(&Value::Bool(wanted)))
        })
        .map(|row| {
            let mut shown = view::client(row, &state);
            fields.apply(&mut shown, &[]);
            Value::Object(shown)
        })
        .collect();
    Ok(Json(page.cut("clients", shown)))
}

//! `GET /api/v2/users`

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::search;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::faults::SEARCH_BLIND;
use crate::indexer;
use crate::page::Page;
use crate::query::Query;
use crate::state::AppState;

/// Users on a page when the client does not say.
const PAGE: usize = 50;

/// How far a client can page.
const FURTHEST: usize = 1000;

/// Finds users: `q` in Lucene's syntax, a page of them, sorted if the client says so.
pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:users"])?;
    let fields = query.fields()?;
    let page = Page::of(&query, PAGE)?;
    if page.start().saturating_add(page.size) > FURTHEST {
        return Err(ApiError::bad_request(
            "You can only page through the first 1000 records. See https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation",
        )
        .code("invalid_paging"));
    }
    let mut wanted = search::parse(query.get("q").unwrap_or_default()).map_err(|reason| {
        ApiError::invalid_query(format!("Query validation error: '{reason}' on property q"))
    })?;
    if let Some(name) = query.get("connection").filter(|name| !name.is_empty()) {
        wanted = search::Expression::and(wanted, search::Expression::connection(name));
    }
    let order = search::Order::parse(query.get("sort")).ok_or_else(|| {
        ApiError::invalid_query("Query validation error: 'sort must be field:1 or field:-1' on property sort")
    })?;
    let found = if state.faults().happens(SEARCH_BLIND).is_some() {
        search::Found::default()
    } else {
        if search::asks_for_names(&wanted) {
            indexer::catch_up(&state).await?;
        }
        state
            .store()
            .read(move |db| -> Result<_, ApiError> {
                Ok(search::run(db, &wanted, order.as_ref(), page.start(), page.size)?)
            })
            .await?
    };
    let length = found.users.len();
    let users = found.users.into_iter().map(|mut user| {
        fields.apply(&mut user, &[]);
        Value::Object(user)
    });
    if !page.totals {
        return Ok(Json(users.collect()));
    }
    let mut answer = Map::new();
    answer.insert("start".into(), json!(page.start()));
    answer.insert("limit".into(), json!(page.size));
    answer.insert("length".into(), json!(length));
    answer.insert("users".into(), users.collect());
    answer.insert("total".into(), json!(found.total));
    Ok(Json(Value::Object(answer)))
}

//! `GET /api/v2/actions/actions`: this tenant runs no actions, and says so. Tools that compare a whole tenant ask for them
//! whatever else they are asked to do (source: facts on Auth0, "Clients", npm `auth0-deploy-cli`).

use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::page::Page;
use crate::query::Query;
use crate::state::AppState;

/// Actions on a page when the client does not say.
const PAGE: usize = 50;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/actions/actions", get(list))
}

async fn list(caller: Caller, query: Query) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:actions"])?;
    let page = Page::of(&query, PAGE)?;
    Ok(Json(json!({"actions": [], "total": 0, "page": page.number, "per_page": page.size})))
}

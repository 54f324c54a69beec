//! `/api/v2/client-grants`

mod create;
mod delete;
mod get;
mod list;
mod update;

use axum::Router;
use axum::routing::get as get_method;
use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::grants::{self as table, GrantRow};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/client-grants", get_method(list::list).post(create::create))
        .route("/client-grants/{id}", get_method(get::get).patch(update::update).delete(delete::delete))
}

/// The grant of a path.
fn wanted(db: &rusqlite::Connection, id: &str) -> Result<GrantRow, ApiError> {
    table::by_id(db, id)?
        .ok_or_else(|| ApiError::not_found("The grant does not exist.", "inexistent_client_grant"))
}

/// The grant as it is shown.
fn shown(row: &GrantRow) -> Map<String, Value> {
    let mut shown = Map::new();
    shown.insert("id".into(), json!(row.id));
    shown.insert("client_id".into(), json!(row.client_id));
    shown.insert("audience".into(), json!(row.audience));
    shown.extend(row.body.clone());
    shown
}

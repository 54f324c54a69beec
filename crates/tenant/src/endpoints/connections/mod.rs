//! `/api/v2/connections`

mod clients;
mod create;
mod delete;
mod delete_user;
mod get;
mod list;
mod options;
mod update;

use axum::Router;
use axum::routing::{delete as delete_method, get as get_method};

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{ConnectionRow, StoreError, connections as table};

pub(crate) use options::create_defaults;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/connections", get_method(list::list).post(create::create))
        .route("/connections/{id}", get_method(get::get).patch(update::update).delete(delete::delete))
        .route("/connections/{id}/clients", get_method(clients::list).patch(clients::update))
        .route("/connections/{id}/users", delete_method(delete_user::delete_user))
}

/// The connection of a path.
fn wanted(db: &rusqlite::Connection, id: &str) -> Result<ConnectionRow, ApiError> {
    table::by_id(db, id)?.ok_or_else(inexistent)
}

fn inexistent() -> ApiError {
    ApiError::not_found("The connection does not exist", "inexistent_connection")
}

/// A connection with its applications, ready to be shown.
pub(super) fn shown(
    db: &rusqlite::Connection,
    row: &ConnectionRow,
) -> Result<serde_json::Map<String, serde_json::Value>, StoreError> {
    let mut shown = crate::view::connection(row, table::clients(db, row.pk)?);
    if let Some(serde_json::Value::Object(options)) = shown.get_mut("options")
        && options.contains_key("configuration")
    {
        crate::view::seal(options, &crate::seed::sealing_secret(db)?);
    }
    Ok(shown)
}

/// Leaves the members that the client wants. `is_domain_connection` is always there, `id` in a list always when
/// members are named that are wanted (both recorded).
fn select(shown: &mut serde_json::Map<String, serde_json::Value>, fields: &crate::query::Fields) {
    let always: &[&str] =
        if fields.includes() { &["id", "is_domain_connection"] } else { &["is_domain_connection"] };
    fields.apply(shown, always);
}

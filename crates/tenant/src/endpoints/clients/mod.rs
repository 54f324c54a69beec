//! `/api/v2/clients`: the applications.

mod connections;
mod create;
mod delete;
mod get;
mod list;
mod update;

use axum::Router;
use axum::routing::get as get_method;

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{ClientRow, clients as table};

pub(crate) use create::defaults;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/clients", get_method(list::list).post(create::create))
        .route("/clients/{id}", get_method(get::get).patch(update::update).delete(delete::delete))
        .route("/clients/{id}/connections", get_method(connections::connections))
}

/// The application of a path.
fn wanted(db: &rusqlite::Connection, id: &str) -> Result<ClientRow, ApiError> {
    table::by_id(db, id)?.ok_or_else(|| ApiError::not_found("The client does not exist", "inexistent_client"))
}

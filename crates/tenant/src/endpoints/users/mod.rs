//! `/api/v2/users`

pub(crate) mod create;
mod delete;
mod get;
mod list;
pub(crate) mod password;
mod search;
mod update;

use axum::Router;
use axum::routing::get as get_method;

use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{ConnectionRow, UserRow, connections, users as table};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/users", get_method(list::list).post(create::create))
        .route("/users/{id}", get_method(get::get).patch(update::update).delete(delete::delete))
}

/// The user of a path, with its connection.
pub(super) fn wanted(db: &rusqlite::Connection, id: &str) -> Result<(UserRow, ConnectionRow), ApiError> {
    let inexistent = || ApiError::not_found("The user does not exist.", "inexistent_user");
    let user_id = id.strip_prefix("auth0|").ok_or_else(inexistent)?;
    let user = table::find_anywhere(db, user_id)?.ok_or_else(inexistent)?;
    let connection = connections::by_pk(db, user.connection)?.ok_or_else(inexistent)?;
    Ok((user, connection))
}

/// Whether users of a connection may have a username.
pub(crate) fn takes_username(connection: &ConnectionRow) -> bool {
    connection.flag("requires_username")
        || connection
            .options
            .get("attributes")
            .is_some_and(|all| all["username"]["identifier"]["active"] == true)
}

/// Whether users of a connection may have a phone number.
pub(crate) fn takes_phone_number(connection: &ConnectionRow) -> bool {
    connection
        .options
        .get("attributes")
        .is_some_and(|all| all["phone_number"]["identifier"]["active"] == true)
}

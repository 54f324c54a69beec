//! The endpoints: a folder per resource, a file per action.

mod actions;
pub(crate) mod client_grants;
pub(crate) mod clients;
pub(crate) mod connections;
mod dbconnections;
mod logs;
mod oauth;
mod user_blocks;
mod userinfo;
pub(crate) mod users;
mod users_by_email;
mod well_known;

use axum::Router;

use crate::state::AppState;

/// The Management API, below `/api/v2`; jobs apart.
pub(crate) fn management() -> Router<AppState> {
    Router::new()
        .merge(connections::routes())
        .merge(clients::routes())
        .merge(client_grants::routes())
        .merge(users::routes())
        .merge(users_by_email::routes())
        .merge(user_blocks::routes())
        .merge(logs::routes())
        .merge(actions::routes())
}

/// The Authentication API.
pub(crate) fn authentication() -> Router<AppState> {
    Router::new()
        .merge(oauth::routes())
        .merge(userinfo::routes())
        .merge(well_known::routes())
        .merge(dbconnections::routes())
}

//! `POST /oauth/token`: one file per grant.

mod client;
mod client_credentials;
mod error;
mod parameters;
pub(super) mod password;
mod token;

use axum::Router;
use axum::routing::post;

use crate::state::AppState;

/// Seconds that an access token lives, as at Auth0.
const ACCESS_TOKEN_SECONDS: i64 = 86_400;

/// Seconds that an id token lives, as at Auth0.
const ID_TOKEN_SECONDS: i64 = 36_000;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/oauth/token", post(token::token))
}

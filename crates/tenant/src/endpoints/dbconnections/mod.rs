//! `/dbconnections`: what a login page calls.

mod change_password;
mod error;
mod signup;

use axum::Router;
use axum::routing::post;

use crate::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/dbconnections/signup", post(signup::signup))
        .route("/dbconnections/change_password", post(change_password::change_password))
}

//! `/connections`: the database connections of the tenant, and the applications that use each.

mod applications;
mod create;
mod list;
mod options;
mod tenant;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

#[cfg(test)]
pub(crate) use tenant::try_out;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/connections", get(list::show).post(create::create))
        .route("/connections/new", get(create::form))
        .route("/connections/tenant", get(tenant::show).post(tenant::change))
        .route("/connections/tenant/forget", post(tenant::forget))
        .route("/connections/{id}", get(applications::show))
        .route("/connections/{id}/applications", post(applications::switch))
        .route("/connections/{id}/applications/new", post(applications::create))
        .route("/connections/{id}/choose", post(list::choose))
}

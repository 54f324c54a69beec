//! `/export`: users of the tenant as a file.

mod acts;
mod fields;
mod files;
mod form;
mod list;
mod start;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/export", get(form::show).post(start::start))
        .route("/export/fields", post(fields::change))
        .route("/export/count", get(form::count_users))
        .route("/export/list", get(list::poll))
        .route("/export/status", get(list::status))
        .route("/export/files/{file}", get(files::download_file))
        .route("/export/{file}/stop", post(acts::stop))
        .route("/export/{file}/remove", post(acts::remove))
}

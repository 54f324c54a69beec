//! Import jobs: `POST /jobs/users-imports`, `GET /jobs/{id}`, `GET /jobs/{id}/errors` (both for exports, too), and what
//! runs the jobs.
//!
//! A job is stored with its whole file before it is answered with 202. Two run at a time; a third is refused, so none
//! ever waits. A job goes through its file in batches: judge the users (no lock held), then write them *and how far the
//! job is* in one transaction. A tenant that was killed goes on with the first user that no transaction has dealt with,
//! which makes each user happen exactly once.

mod connection;
mod create;
mod entry;
mod errors;
mod file;
mod form;
mod get;
mod jobs;
mod outcome;
mod redact;
mod run;
mod runner;
mod seen;
mod trouble;

use axum::Router;
use axum::routing::{get, post};

use crate::state::AppState;

#[cfg(test)]
pub(crate) use runner::UnderWay;
pub(crate) use runner::{Runner, resume};

/// The endpoints of import jobs, relative to `/api/v2`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/jobs/users-imports", post(create::create))
        .route("/jobs/{id}", get(get::get))
        .route("/jobs/{id}/errors", get(errors::errors))
}

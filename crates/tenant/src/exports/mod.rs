//! Export jobs: `POST /jobs/users-exports`, the file that a job writes, and its download.
//!
//! A job reads the users in the order in which they came and writes a gzip file into the data folder, never more than a
//! batch of them in memory. `GET /jobs/{id}` links to the file; a link is good for a minute and can be had anew as long
//! as the job is known. A tenant that was stopped starts a pending export over.

mod create;
mod download;
mod fields;
mod file;
mod jobs;
mod link;
mod run;
mod runner;

use axum::Router;
use axum::routing::{get, post};
use rusqlite::Connection;
use serde_json::Value;

use crate::state::AppState;
use crate::store::StoreError;

pub(crate) use runner::{Slots, resume};

/// The folder of the files, inside the data folder.
const FOLDER: &str = "exports";

/// The endpoint of export jobs, relative to `/api/v2`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/jobs/users-exports", post(create::create))
}

/// Where the files are downloaded: no part of any API, and not counted by its limits.
pub(crate) fn downloads() -> Router<AppState> {
    Router::new().route("/exports/{job}/{file}", get(download::download))
}

/// An export job as `GET /jobs/{id}` shows it; `issuer` is the URL of the tenant, with a slash at its end.
pub(crate) fn view(
    db: &Connection,
    id: &str,
    now_ms: i64,
    issuer: &str,
) -> Result<Option<Value>, StoreError> {
    let job = jobs::by_id(db, id, now_ms)?;
    Ok(job.map(|job| {
        let location = job.is_completed().then(|| link::location(issuer, &job, now_ms));
        job.view(location)
    }))
}

/// Whether there is such an export job.
pub(crate) fn exists(db: &Connection, id: &str, now_ms: i64) -> Result<bool, StoreError> {
    Ok(jobs::by_id(db, id, now_ms)?.is_some())
}

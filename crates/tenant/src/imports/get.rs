//! `GET /api/v2/jobs/{id}`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};

use super::jobs;
use crate::caller::{Caller, host_of};
use crate::error::ApiError;
use crate::exports;
use crate::state::AppState;

/// Shows a job, import or export, until 24 hours after it was made.
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    caller.require(&["create:users", "read:users"])?;
    let now = state.now_ms();
    let issuer = state.issuer(&host_of(&headers));
    state
        .store()
        .read(move |db| -> Result<_, ApiError> {
            if let Some(job) = jobs::by_id(db, &id, now)? {
                return Ok(Json(job.view()).into_response());
            }
            // The text is of the API's description, the code inferred from those of its kind.
            exports::view(db, &id, now, &issuer)?
                .map(|job| Json(job).into_response())
                .ok_or_else(|| ApiError::not_found("Job not found.", "inexistent_job"))
        })
        .await
}

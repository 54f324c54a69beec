//! `GET /api/v2/jobs/{id}/errors`

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use super::jobs;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::exports;
use crate::state::AppState;

/// Lists the users of a job that failed, with the reasons: 200 with an array, or 204 when there are none; 204 also for a
/// file that could not be read at all, and for an export.
pub(super) async fn errors(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    caller.require(&["create:users", "read:users"])?;
    let now = state.now_ms();
    let list = state
        .store()
        .read(move |connection| -> Result<_, ApiError> {
            match jobs::by_id(connection, &id, now)? {
                Some(job) => Ok(jobs::error_list(connection, job.pk)?),
                None if exports::exists(connection, &id, now)? => Ok(None),
                None => Err(ApiError::not_found("The job does not exist", "inexistent_job")),
            }
        })
        .await?;
    Ok(match list {
        Some(list) => ([(header::CONTENT_TYPE, "application/json")], list).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

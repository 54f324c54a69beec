//! `GET /api/v2/jobs/{id}`

use axum::Json;
use axum::extract::{Path, State};

use super::jobs::{self, JobView};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;

/// Shows a job until 24 hours after it was made.
pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<JobView>, ApiError> {
    caller.require(&["create:users", "read:users"])?;
    let now = state.now_ms();
    let job = state.store().read(move |connection| jobs::by_id(connection, &id, now)).await?;
    // The text is of the API's description, the code inferred from those of its kind.
    let job = job.ok_or_else(|| ApiError::not_found("Job not found.", "inexistent_job"))?;
    Ok(Json(job.view()))
}

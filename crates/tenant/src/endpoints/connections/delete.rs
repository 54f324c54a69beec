//! `DELETE /api/v2/connections/{id}`

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::connections as table;
use crate::time::iso;

/// Deletes a connection with its users: 202 at the first time, 204 for one that is not there.
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    caller.require(&["delete:connections"])?;
    let existed = state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let Some(row) = table::by_id(tx, &id)? else { return Ok(false) };
            table::delete(tx, row.pk)?;
            Ok(true)
        })
        .await?;
    if existed {
        let body = Json(json!({"deleted_at": iso(state.now_ms())}));
        return Ok((StatusCode::ACCEPTED, body).into_response());
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

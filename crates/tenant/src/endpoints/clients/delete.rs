//! `DELETE /api/v2/clients/{id}`

use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::clients as table;

/// Deletes an application; 204 also when there is none.
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    caller.require(&["delete:clients"])?;
    state.store().write(move |tx| -> Result<_, ApiError> { Ok(table::delete(tx, &id)?) }).await?;
    Ok(StatusCode::NO_CONTENT)
}

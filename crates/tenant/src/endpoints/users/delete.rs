//! `DELETE /api/v2/users/{id}`

use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::users as table;

/// Deletes a user; 204 also when there is none (recorded).
pub(super) async fn delete(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    caller.require(&["delete:users", "delete:current_user"])?;
    state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            if let Some(user_id) = id.strip_prefix("auth0|")
                && let Some(user) = table::find_anywhere(tx, user_id)?
            {
                table::delete(tx, user.pk)?;
            }
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

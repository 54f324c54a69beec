//! `DELETE /api/v2/users/{id}`

use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::caller::Caller;
use crate::custom::CustomDatabase;
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
    let path = id.clone();
    match state.store().read(move |db| super::wanted(db, &path)).await {
        Ok((user, connection)) => {
            // A custom database that keeps its users itself goes first: what it refuses stays.
            if let Some(database) = CustomDatabase::of(&connection).filter(|database| !database.imports()) {
                database.delete(&state, &user.user_id).await?;
            }
        }
        Err(error) if error.status() == StatusCode::NOT_FOUND => return Ok(StatusCode::NO_CONTENT),
        Err(error) => return Err(error),
    }
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

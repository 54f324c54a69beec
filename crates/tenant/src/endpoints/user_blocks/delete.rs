//! `DELETE /api/v2/user-blocks`, `DELETE /api/v2/user-blocks/{id}`

use axum::extract::{Path, State};
use axum::http::StatusCode;

use super::{Logins, of_identifier, of_user};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::query::Query;
use crate::state::AppState;

/// Opens the logins of a user again.
pub(super) async fn by_id(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    caller.require(&["update:users"])?;
    Ok(open(&state, &of_user(&state, id).await?))
}

/// Opens the logins with an identifier again; 204 also when none is closed (recorded).
pub(super) async fn by_identifier(
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
) -> Result<StatusCode, ApiError> {
    caller.require(&["update:users"])?;
    Ok(open(&state, &of_identifier(&state, &query).await?))
}

fn open(state: &AppState, logins: &[Logins]) -> StatusCode {
    for Logins { connection, identifiers } in logins {
        for identifier in identifiers {
            state.lockout().open(connection.pk, identifier);
        }
    }
    StatusCode::NO_CONTENT
}

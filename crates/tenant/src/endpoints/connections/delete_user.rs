//! `DELETE /api/v2/connections/{id}/users?email=`

use axum::extract::{Path, State};
use axum::http::StatusCode;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::query::Query;
use crate::state::AppState;
use crate::store::users;

/// Deletes the user with that email from a database connection; 204 also when there is none.
pub(super) async fn delete_user(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Result<StatusCode, ApiError> {
    caller.require(&["delete:users"])?;
    let Some(email) = query.get("email").filter(|email| !email.is_empty()).map(str::to_lowercase) else {
        return Err(ApiError::invalid_query("Query validation error: 'Missing required property: email'."));
    };
    state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let connection = super::wanted(tx, &id)?;
            if let Some(pk) = users::key_by_email(tx, connection.pk, &email)? {
                users::delete(tx, pk)?;
            }
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

//! `GET /api/v2/user-blocks`, `GET /api/v2/user-blocks/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::{Logins, of_identifier, of_user};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::query::Query;
use crate::state::AppState;

/// The blocks of a user.
pub(super) async fn by_id(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:users"])?;
    let logins = of_user(&state, id).await?;
    shown(&state, &logins, &query)
}

/// The blocks of what somebody logs in with; nobody needs to have it.
pub(super) async fn by_identifier(
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:users"])?;
    let logins = of_identifier(&state, &query).await?;
    shown(&state, &logins, &query)
}

fn shown(state: &AppState, logins: &[Logins], query: &Query) -> Result<Json<Value>, ApiError> {
    let where_enabled = query.flag("consider_brute_force_enablement")?.unwrap_or(false);
    let mut blocked = Vec::new();
    for Logins { connection, identifiers } in logins {
        if where_enabled && !connection.flag("brute_force_protection") {
            continue;
        }
        for identifier in identifiers {
            for ip in state.lockout().closed_from(connection.pk, identifier, state.now_ms()) {
                blocked.push(json!({"identifier": identifier, "ip": ip, "connection": connection.name}));
            }
        }
    }
    Ok(Json(json!({"blocked_for": blocked})))
}

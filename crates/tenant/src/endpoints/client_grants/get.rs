//! `GET /api/v2/client-grants/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;

pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:client_grants"])?;
    let row = state.store().read(move |db| super::wanted(db, &id)).await?;
    Ok(Json(Value::Object(super::shown(&row))))
}

//! `GET /api/v2/connections/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::query::Query;
use crate::state::AppState;

pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:connections"])?;
    let fields = query.fields()?;
    let mut shown = state
        .store()
        .read(move |db| -> Result<_, ApiError> { Ok(super::shown(db, &super::wanted(db, &id)?)?) })
        .await?;
    super::select(&mut shown, &fields);
    Ok(Json(Value::Object(shown)))
}

//! `GET /api/v2/users/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::query::Query;
use crate::state::AppState;
use crate::view;

pub(super) async fn get(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:users", "read:current_user"])?;
    let fields = query.fields()?;
    let (user, connection) = state.store().read(move |db| super::wanted(db, &id)).await?;
    let mut shown = view::user(&user, &connection.name);
    fields.apply(&mut shown, &[]);
    Ok(Json(Value::Object(shown)))
}

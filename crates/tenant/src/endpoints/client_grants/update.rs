//! `PATCH /api/v2/client-grants/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::grants as table;

static BODY: Document = document!("update.schema.json");

pub(super) async fn update(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["update:client_grants"])?;
    let given = body.object(&BODY)?;
    let row = state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let mut row = super::wanted(tx, &id)?;
            row.body.extend(given);
            row.body.retain(|_, value| !value.is_null());
            table::update(tx, &row)?;
            Ok(row)
        })
        .await?;
    Ok(Json(Value::Object(super::shown(&row))))
}

//! `PATCH /api/v2/clients/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use super::create::completed;
use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::clients as table;
use crate::view;

static BODY: Document = document!("update.schema.json");

/// Changes an application; a member that is null is taken away.
pub(super) async fn update(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["update:clients"])?;
    let mut given = body.object(&BODY)?;
    let secret = given.remove("client_secret");
    let row = state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let mut row = super::wanted(tx, &id)?;
            if let Some(Value::String(secret)) = secret {
                row.secret = secret;
            }
            row.body.extend(given);
            row.body.retain(|_, value| !value.is_null());
            row.body = completed(std::mem::take(&mut row.body));
            table::update(tx, &row)?;
            Ok(row)
        })
        .await?;
    Ok(Json(Value::Object(view::client(&row, &state))))
}

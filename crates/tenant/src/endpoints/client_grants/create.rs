//! `POST /api/v2/client-grants`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::ids;
use crate::state::AppState;
use crate::store::clients;
use crate::store::grants::{self as table, GrantRow};

static BODY: Document = document!("create.schema.json");

pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    body: JsonBody,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    caller.require(&["create:client_grants"])?;
    let mut given = body.object(&BODY)?;
    let mut text = |name: &str| match given.remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let mut row = GrantRow {
        pk: 0,
        id: ids::grant_id(),
        client_id: text("client_id"),
        audience: text("audience"),
        body: given,
    };
    row.body.entry("subject_type").or_insert(json!("client"));
    let shown = super::shown(&row);
    state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let client = clients::by_id(tx, &row.client_id)?
                .ok_or_else(|| ApiError::not_found("The client does not exist", "inexistent_client"))?;
            if client.body.get("app_type").is_some_and(|kind| kind == "express_configuration") {
                let text = "Client of type express_configuration cannot be used";
                return Err(ApiError::bad_request(text).code("validation_error"));
            }
            let taken = table::all(tx)?.iter().any(|other| {
                other.client_id == row.client_id
                    && other.audience == row.audience
                    && other.body.get("subject_type") == row.body.get("subject_type")
            });
            if taken {
                let text = "A resource server with the same identifier and client already has a grant";
                return Err(ApiError::conflict(text, "conflict"));
            }
            Ok(table::insert(tx, client.pk, &row)?)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Value::Object(shown))))
}

//! `GET` and `PATCH /api/v2/connections/{id}/clients`: the applications that may use a connection.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::page::Page;
use crate::query::Query;
use crate::state::AppState;
use crate::store::connections as table;

static BODY: Document = document!("clients.schema.json");

/// Applications on a page when the client does not say.
const PAGE: usize = 50;

pub(super) async fn list(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:connections"])?;
    // This list knows checkpoints only.
    let page = Page { checkpoint: true, totals: false, ..Page::of(&query, PAGE)? };
    let clients = state
        .store()
        .read(move |db| -> Result<_, ApiError> { Ok(table::clients(db, super::wanted(db, &id)?.pk)?) })
        .await?;
    let clients = clients.into_iter().map(|id| json!({"client_id": id})).collect();
    Ok(Json(page.cut("clients", clients)))
}

/// Enables or disables up to 50 applications.
pub(super) async fn update(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    JsonBody(body): JsonBody,
) -> Result<StatusCode, ApiError> {
    caller.require(&["update:connections"])?;
    BODY.judge(&body)?;
    state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let connection = super::wanted(tx, &id)?;
            for entry in body.as_array().into_iter().flatten() {
                let client = entry["client_id"].as_str().unwrap_or_default();
                if !table::enable(tx, connection.pk, client, entry["status"] == true)? {
                    return Err(ApiError::not_found("The client does not exist", "inexistent_client"));
                }
            }
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

//! `PATCH /api/v2/connections/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use super::options;
use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{connections as table, users};

static BODY: Document = document!("update.schema.json");

/// Changes a connection: `options` and `enabled_clients` are replaced as a whole, the other members one by one.
pub(super) async fn update(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["update:connections"])?;
    let mut given = body.object(&BODY)?;
    let new_options = match given.remove("options") {
        Some(Value::Object(options)) => {
            options::check(&options)?;
            Some(options::update_defaults(options))
        }
        _ => None,
    };
    let clients = given.remove("enabled_clients");
    let shown = state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let mut row = super::wanted(tx, &id)?;
            if let Some(options) = new_options {
                let before = row.flag("enabledDatabaseCustomization");
                row.options = options;
                if row.flag("enabledDatabaseCustomization") != before && users::any(tx, row.pk)? {
                    return Err(ApiError::bad_request(
                        "This database contains users. You cannot change \"options.enabledDatabaseCustomization\" setting.",
                    ));
                }
            }
            row.rest.extend(given);
            table::update(tx, &row)?;
            if clients.is_some() {
                table::disable_all(tx, row.pk)?;
                for client in super::create::strings(clients.as_ref()) {
                    table::enable(tx, row.pk, client, true)?;
                }
            }
            Ok(super::shown(tx, &row)?)
        })
        .await?;
    Ok(Json(Value::Object(shown)))
}

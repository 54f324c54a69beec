//! `POST /api/v2/connections`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::options;
use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::ids;
use crate::state::AppState;
use crate::store::{ConnectionRow, connections as table};

static BODY: Document = document!("create.schema.json");

/// Makes a database connection. Other strategies are refused: this tenant has none of them.
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    body: JsonBody,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    caller.require(&["create:connections"])?;
    let mut given = body.object(&BODY)?;
    let strategy = text(&mut given, "strategy");
    if strategy != "auth0" {
        return Err(ApiError::bad_request(format!(
            "The local tenant has database connections only; the strategy '{strategy}' is not one"
        )));
    }
    let options = match given.remove("options") {
        Some(Value::Object(options)) => options,
        _ => Map::new(),
    };
    options::check(&options)?;
    let clients = given.remove("enabled_clients");
    let mut row = ConnectionRow {
        pk: 0,
        id: ids::connection_id(),
        name: text(&mut given, "name"),
        strategy,
        options: options::create_defaults(options),
        rest: given,
        created_at: state.now_ms(),
    };
    let shown = state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            if table::by_name(tx, &row.name)?.is_some() {
                return Err(ApiError::conflict("A connection with the same name already exists", "conflict"));
            }
            row.pk = table::insert(tx, &row)?;
            for client in strings(clients.as_ref()) {
                table::enable(tx, row.pk, client, true)?;
            }
            Ok(super::shown(tx, &row)?)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(Value::Object(shown))))
}

fn text(object: &mut Map<String, Value>, name: &str) -> String {
    match object.remove(name) {
        Some(Value::String(text)) => text,
        _ => String::new(),
    }
}

/// The texts of an array.
pub(super) fn strings(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

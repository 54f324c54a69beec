//! `POST /api/v2/jobs/users-exports`

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value};

use super::fields::Fields;
use super::jobs::{self, Format, NewJob};
use super::runner;
use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::ids;
use crate::state::AppState;
use crate::store::connections;

static BODY: Document = document!("create.schema.json");

/// Columns of a CSV file, at most. Source: Auth0, "Bulk User Exports".
const MAX_COLUMNS: usize = 30;

/// What a CSV file cannot hold as a whole; their leaves can be named. Source: the same.
const NOT_IN_CSV: [&str; 2] = ["app_metadata", "user_metadata"];

/// Starts the export of a connection's users, or of all, and answers 200 with the pending job.
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    body: JsonBody,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["read:users"])?;
    let given = body.object(&BODY)?;
    let format = Format::of(given.get("format").and_then(Value::as_str));
    let fields = fields(&given, format)?;
    let limit = given.get("limit").and_then(Value::as_i64);
    let connection_id = given.get("connection_id").and_then(Value::as_str).map(str::to_owned);
    let now = state.now_ms();
    let (job, forgotten) = state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let connection = match &connection_id {
                Some(id) => Some(connections::by_id(tx, id)?.ok_or_else(|| {
                    ApiError::bad_request("The connection does not exist.").code("inexistent_connection")
                })?),
                None => None,
            };
            let new = NewJob {
                id: ids::job_id(),
                connection: connection.as_ref(),
                format,
                limit,
                fields: fields.as_ref(),
                secret: ids::alphanumeric(32),
            };
            Ok((jobs::insert(tx, new, now)?, jobs::expire(tx, now)?))
        })
        .await?;
    runner::delete_files(&state, &forgotten).await;
    let answer = Json(job.view(None));
    runner::start(&state, job);
    Ok(answer)
}

/// The fields that were asked for; None: the predefined ones. The texts of the two refusals are inferred from those of
/// the validator.
fn fields(given: &Map<String, Value>, format: Format) -> Result<Option<Fields>, ApiError> {
    let Some(list) = given.get("fields") else { return Ok(None) };
    let refused = |message: String| {
        ApiError::invalid_body(format!("Payload validation error: '{message}' on property fields"))
    };
    let fields = Fields::of(list).map_err(&refused)?;
    if format == Format::Csv {
        if fields.len() > MAX_COLUMNS {
            return Err(refused(format!("Array is too long ({}), maximum {MAX_COLUMNS}", fields.len())));
        }
        if let Some(whole) = fields.names().find(|name| NOT_IN_CSV.contains(name)) {
            return Err(refused(format!("{whole} cannot be exported to CSV as a whole, name its fields")));
        }
    }
    // An empty list asks for nothing in particular.
    Ok((fields.len() > 0).then_some(fields))
}

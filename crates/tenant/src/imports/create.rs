//! `POST /api/v2/jobs/users-imports`

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use rusqlite::Connection;

use super::form::Form;
use super::jobs::{self, ACTIVE_MAX, NewJob};
use super::runner;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{ConnectionRow, connections};

/// Takes a file of users and starts a job. What is wrong with the request is told in this order: token, scope, length,
/// multipart frame, the file, the form's values, the connection, the jobs that are active.
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    caller.require(&["create:users"])?;
    let request = Request::from_form(Form::read(&headers, body).await?)?;
    let now = state.now_ms();
    let users = request.users.clone();
    let job = state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let connection = checked_connection(tx, &request.connection_id)?;
            jobs::expire(tx, now)?;
            if jobs::active(tx)? >= ACTIVE_MAX {
                return Err(too_many_jobs());
            }
            let new = NewJob {
                connection: &connection,
                upsert: request.upsert,
                external_id: request.external_id.as_deref(),
                send_completion_email: request.send_completion_email,
                payload: &request.users,
            };
            Ok(jobs::insert(tx, &new, now)?)
        })
        .await?;
    let answer = (StatusCode::ACCEPTED, axum::Json(job.view())).into_response();
    runner::start(&state, job, Some(users));
    Ok(answer)
}

/// The form, checked.
struct Request {
    users: Bytes,
    connection_id: String,
    upsert: bool,
    external_id: Option<String>,
    send_completion_email: bool,
}

impl Request {
    fn from_form(form: Form) -> Result<Self, ApiError> {
        let users = form
            .users
            .ok_or_else(|| ApiError::invalid_body("Must provide 'users' file as multipart part."))?;
        if users.is_empty() {
            return Err(ApiError::invalid_body("Users file must not be empty."));
        }
        let connection_id = form
            .connection_id
            .ok_or_else(|| ApiError::invalid_body("Must provide 'connection_id' as multipart part."))?;
        if !is_connection_id(&connection_id) {
            return Err(ApiError::invalid_body(
                "Payload validation error: 'String does not match pattern ^con_[A-Za-z0-9]{16}$' on property connection_id",
            ));
        }
        Ok(Self {
            users,
            connection_id,
            upsert: boolean("upsert", form.upsert.as_deref(), false)?,
            external_id: form.external_id.filter(|text| !text.is_empty()),
            send_completion_email: boolean(
                "send_completion_email",
                form.send_completion_email.as_deref(),
                true,
            )?,
        })
    }
}

/// `^con_[A-Za-z0-9]{16}$`
fn is_connection_id(text: &str) -> bool {
    text.strip_prefix("con_")
        .is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn boolean(name: &str, value: Option<&str>, default: bool) -> Result<bool, ApiError> {
    match value {
        // An empty part is what some clients send for "not given".
        None | Some("") => Ok(default),
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) => Err(ApiError::invalid_body(format!(
            "Payload validation error: 'Expected type boolean but found type string' on property {name}"
        ))),
    }
}

/// The connection, if users may be imported into it. Of the error codes `connection_is_disabled` and
/// `operation_not_supported` (not a database) were seen, the others are inferred.
fn checked_connection(tx: &Connection, id: &str) -> Result<ConnectionRow, ApiError> {
    let connection = connections::by_id(tx, id)?.ok_or_else(|| {
        ApiError::bad_request("The connection does not exist.").code("inexistent_connection")
    })?;
    if !connection.is_database() {
        let message = "Connection must be a database connection.";
        return Err(ApiError::bad_request(message).code("operation_not_supported"));
    }
    if !connections::is_enabled(tx, connection.pk)? {
        return Err(ApiError::bad_request("Connection must be enabled.").code("connection_is_disabled"));
    }
    if connection.flag("enabledDatabaseCustomization") && !connection.flag("import_mode") {
        let message = "Custom Database Connections without import mode are not allowed.";
        return Err(ApiError::bad_request(message).code("operation_not_supported"));
    }
    Ok(connection)
}

fn too_many_jobs() -> ApiError {
    let message = format!(
        "There are {ACTIVE_MAX} active import users jobs, please wait until some of them are finished and try again"
    );
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, message).code("too_many_requests")
}

//! `POST /api/v2/users`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value};

use super::password;
use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::custom::CustomDatabase;
use crate::error::ApiError;
use crate::ids;
use crate::state::AppState;
use crate::store::{ConnectionRow, Origin, StoredPassword, UserRow, connections, users as table};
use crate::view;

static BODY: Document = document!("create.schema.json");

/// The members that are kept as they were given.
pub(crate) const KEPT: &[&str] =
    &["given_name", "family_name", "name", "nickname", "picture", "user_metadata", "app_metadata"];

/// Makes a user in a database connection, with a password.
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    body: JsonBody,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    caller.require(&["create:users"])?;
    let given = body.object(&BODY)?;
    let now_ms = state.now_ms();
    let name = text(&given, "connection").unwrap_or_default();
    let connection = state
        .store()
        .read(move |db| -> Result<_, ApiError> {
            let connection = connections::by_name(db, &name)?.ok_or_else(|| {
                ApiError::bad_request("Connection does not exist.").code("inexistent_connection")
            })?;
            if !connections::is_enabled(db, connection.pk)? {
                return Err(ApiError::bad_request("Connection is disabled.").code("connection_is_disabled"));
            }
            Ok(connection)
        })
        .await?;
    if !connection.is_database() {
        return Err(ApiError::bad_request(
            "Connection does not support user creation through the API. It must either be a database or passwordless connection.",
        ));
    }
    let user = new_user(&given, &connection, now_ms)?;
    let plain = text(&given, "password").ok_or_else(|| missing("password"))?;
    if !password::is_strong(&plain, &connection) {
        return Err(ApiError::bad_request("PasswordStrengthError: Password is too weak"));
    }
    let user = make(&state, &connection, user, given, plain).await?;
    Ok((StatusCode::CREATED, Json(Value::Object(view::user(&user, &connection.name)))))
}

/// Makes a user none of whose identifiers is taken, in the store or, for a custom database that keeps its users itself,
/// by its script. `given` is what the script gets to see.
///
/// # Errors
/// 409 when an identifier is taken, here or in the custom database; what a script failed with.
pub(crate) async fn make(
    state: &AppState,
    connection: &ConnectionRow,
    mut user: UserRow,
    given: Map<String, Value>,
    plain: String,
) -> Result<UserRow, ApiError> {
    let user = state
        .store()
        .read(move |db| -> Result<_, ApiError> {
            free(db, &user)?;
            user.password = StoredPassword::Bcrypt(password::hash(&plain)?);
            Ok((user, plain))
        })
        .await?;
    let (user, plain) = user;
    if let Some(database) = CustomDatabase::of(connection) {
        let identifier = user.email.as_ref().or(user.username.as_ref()).or(user.phone_number.as_ref());
        let identifier = identifier.cloned().unwrap_or_default();
        if database.get_user(state, &identifier).await?.is_some() {
            return Err(taken());
        }
        if !database.imports() {
            return Ok(database.create(state, user, given, &plain).await?);
        }
    }
    state.store().write(move |tx| insert(tx, user)).await
}

fn taken() -> ApiError {
    ApiError::conflict("The user already exists.", "auth0_idp_error")
}

/// Stores a user none of whose identifiers is taken.
///
/// # Errors
/// 409 when one is.
fn insert(db: &rusqlite::Connection, mut user: UserRow) -> Result<UserRow, ApiError> {
    free(db, &user)?;
    user.pk = table::insert(db, &user)?;
    Ok(user)
}

/// Passes a user none of whose identifiers is taken.
fn free(db: &rusqlite::Connection, user: &UserRow) -> Result<(), ApiError> {
    let of = user.connection;
    let holds = |found: Option<i64>| found.is_some();
    let mut exists = holds(table::key_by_user_id(db, of, &user.user_id)?);
    if let Some(email) = &user.email {
        exists = exists || holds(table::key_by_email(db, of, email)?);
    }
    if let Some(username) = &user.username {
        exists = exists || holds(table::key_by_username(db, of, username)?);
    }
    if let Some(phone_number) = &user.phone_number {
        exists = exists || holds(table::key_by_phone(db, of, phone_number)?);
    }
    if exists { Err(taken()) } else { Ok(()) }
}

/// The user that a body describes, without a password.
///
/// # Errors
/// 400 when the connection does not take its identifiers.
pub(crate) fn new_user(
    given: &Map<String, Value>,
    connection: &ConnectionRow,
    now_ms: i64,
) -> Result<UserRow, ApiError> {
    let user_id =
        text(given, "user_id").filter(|id| !id.is_empty()).unwrap_or_else(|| ids::object_id(now_ms));
    let mut user = UserRow::new(connection.pk, user_id, now_ms, Origin::Api);
    user.email = text(given, "email").map(|email| email.to_lowercase());
    user.username = text(given, "username").map(|username| username.to_lowercase());
    user.phone_number = text(given, "phone_number");
    if user.username.is_some() && !super::takes_username(connection) {
        return Err(ApiError::bad_request("Cannot set username for connection without requires_username."));
    }
    if user.phone_number.is_some() && !super::takes_phone_number(connection) {
        return Err(ApiError::bad_request(
            "Cannot set phone_number for connection without attributes.phone_number.",
        ));
    }
    if !connection.options.contains_key("attributes") {
        if user.email.is_none() {
            return Err(missing("email"));
        }
        if connection.flag("requires_username") && user.username.is_none() {
            return Err(missing("username"));
        }
    } else if user.email.is_none() && user.username.is_none() && user.phone_number.is_none() {
        return Err(missing("email"));
    }
    let flag = |name: &str| given.get(name).and_then(Value::as_bool);
    user.email_verified = user.email.as_ref().map(|_| flag("email_verified").unwrap_or(false));
    user.phone_verified = user.phone_number.as_ref().map(|_| flag("phone_verified").unwrap_or(false));
    user.blocked = flag("blocked");
    let kept: Map<String, Value> = KEPT
        .iter()
        .filter_map(|name| given.get(*name).map(|value| ((*name).to_owned(), value.clone())))
        .collect();
    user.body = Value::Object(kept).to_string();
    Ok(user)
}

fn text(given: &Map<String, Value>, name: &str) -> Option<String> {
    given.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn missing(name: &str) -> ApiError {
    ApiError::invalid_body(format!("Payload validation error: 'Missing required property: {name}'."))
}

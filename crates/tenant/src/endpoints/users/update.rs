//! `PATCH /api/v2/users/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Map, Value};

use super::create::KEPT;
use super::password;
use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::custom::CustomDatabase;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{ConnectionRow, StoredPassword, UserRow, users as table};
use crate::view;

static BODY: Document = document!("update.schema.json");

/// Changes a user: metadata are merged at their first level, the other members replaced; null takes a member away.
pub(super) async fn update(
    State(state): State<AppState>,
    caller: Caller,
    Path(id): Path<String>,
    body: JsonBody,
) -> Result<Json<Value>, ApiError> {
    caller.require(&["update:users", "update:current_user_metadata"])?;
    let given = body.object(&BODY)?;
    alone(&given)?;
    let plain = given.get("password").and_then(Value::as_str).map(str::to_owned);
    let hashed = match plain.clone() {
        Some(plain) => {
            Some(state.store().read(move |_| -> Result<_, ApiError> { password::hash(&plain) }).await?)
        }
        None => None,
    };
    at_custom_database(&state, &id, &given).await?;
    let now_ms = state.now_ms();
    let (user, connection) = state
        .store()
        .write(move |tx| -> Result<_, ApiError> {
            let (mut user, connection) = super::wanted(tx, &id)?;
            if let Some(wanted) = given.get("connection").and_then(Value::as_str)
                && !wanted.eq_ignore_ascii_case(&connection.name)
            {
                return Err(ApiError::bad_request("Connection does not exist.").code("inexistent_connection"));
            }
            if plain.is_some_and(|plain| !password::is_strong(&plain, &connection)) {
                return Err(ApiError::bad_request("PasswordStrengthError: Password is too weak"));
            }
            let elsewhere = CustomDatabase::of(&connection).is_some_and(|database| !database.imports());
            if let Some(hashed) = hashed.filter(|_| !elsewhere) {
                user.password = StoredPassword::Bcrypt(hashed);
                user.last_password_reset = Some(now_ms);
            }
            identifiers(tx, &mut user, &connection, &given)?;
            user.body = merged(view::members(&user), &given);
            if let Some(blocked) = given.get("blocked").and_then(Value::as_bool) {
                user.blocked = Some(blocked);
            }
            user.updated_at = now_ms;
            table::update(tx, &user)?;
            Ok((user, connection))
        })
        .await?;
    Ok(Json(Value::Object(view::user(&user, &connection.name))))
}

/// A custom database that keeps its users itself is told of a new password and of an address that becomes verified.
async fn at_custom_database(state: &AppState, id: &str, given: &Map<String, Value>) -> Result<(), ApiError> {
    let plain = given.get("password").and_then(Value::as_str);
    let verifies = given.get("email_verified") == Some(&Value::Bool(true));
    if plain.is_none() && !verifies {
        return Ok(());
    }
    let id = id.to_owned();
    let (user, connection) = state.store().read(move |db| super::wanted(db, &id)).await?;
    let Some(database) = CustomDatabase::of(&connection).filter(|database| !database.imports()) else {
        return Ok(());
    };
    if let Some(plain) = plain {
        if !password::is_strong(plain, &connection) {
            return Err(ApiError::bad_request("PasswordStrengthError: Password is too weak"));
        }
        let identifier = user.email.as_ref().or(user.username.as_ref()).unwrap_or(&user.user_id);
        database.change_password(state, identifier, plain).await?;
    }
    if verifies
        && user.email_verified != Some(true)
        && let Some(email) = &user.email
    {
        database.verify(state, email).await?;
    }
    Ok(())
}

/// Some members cannot be changed together.
fn alone(given: &Map<String, Value>) -> Result<(), ApiError> {
    let has = |name: &str| given.get(name).is_some_and(|value| !value.is_null());
    for (one, other) in [
        ("password", "email"),
        ("password", "email_verified"),
        ("username", "email"),
        ("username", "password"),
    ] {
        if has(one) && has(other) {
            return Err(ApiError::bad_request(format!("Cannot update {one} and {other} simultaneously.")));
        }
    }
    Ok(())
}

/// Changes email, username and phone number, each of which must be free.
fn identifiers(
    db: &rusqlite::Connection,
    user: &mut UserRow,
    connection: &ConnectionRow,
    given: &Map<String, Value>,
) -> Result<(), ApiError> {
    let of = connection.pk;
    let taken = |found: Option<i64>, what: &str| {
        if found.is_some_and(|pk| pk != user.pk) {
            return Err(ApiError::bad_request(format!("The specified new {what} already exists")));
        }
        Ok(())
    };
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let flag = |name: &str| given.get(name).and_then(Value::as_bool);
    let mut changed = user.clone();
    if let Some(email) = text("email").map(str::to_lowercase) {
        taken(table::key_by_email(db, of, &email)?, "email")?;
        if changed.email.as_deref() != Some(&email) {
            changed.email_verified = Some(false);
        }
        changed.email = Some(email);
    }
    if let Some(verified) = flag("email_verified").filter(|_| changed.email.is_some()) {
        changed.email_verified = Some(verified);
    }
    if let Some(username) = text("username").map(str::to_lowercase) {
        if !super::takes_username(connection) {
            return Err(ApiError::bad_request(
                "Cannot set username for connection without requires_username.",
            ));
        }
        taken(table::key_by_username(db, of, &username)?, "username")?;
        changed.username = Some(username);
    }
    if let Some(phone_number) = text("phone_number") {
        taken(table::key_by_phone(db, of, phone_number)?, "phone number")?;
        if changed.phone_number.as_deref() != Some(phone_number) {
            changed.phone_verified = Some(false);
        }
        changed.phone_number = Some(phone_number.to_owned());
    }
    if let Some(verified) = flag("phone_verified").filter(|_| changed.phone_number.is_some()) {
        changed.phone_verified = Some(verified);
    }
    *user = changed;
    Ok(())
}

/// The members of the body after the change.
fn merged(mut members: Map<String, Value>, given: &Map<String, Value>) -> String {
    for name in KEPT {
        match given.get(*name) {
            None => {}
            Some(Value::Null) => {
                members.remove(*name);
            }
            Some(Value::Object(new)) => {
                let old = members.entry(*name).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(old) = old {
                    old.extend(new.clone());
                    old.retain(|_, value| !value.is_null());
                }
            }
            Some(value) => {
                members.insert((*name).to_owned(), value.clone());
            }
        }
    }
    Value::Object(members).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn metadata_are_merged_at_the_first_level_only() {
        let object = |value: Value| value.as_object().cloned().unwrap();
        let before = object(json!({"name": "a", "app_metadata": {"a": {"b": 1}, "c": 2}}));
        let given = object(json!({"name": null, "app_metadata": {"a": {"d": 3}, "c": null}, "email": "x"}));
        assert_eq!(merged(before, &given), r#"{"app_metadata":{"a":{"d":3}}}"#);
    }
}

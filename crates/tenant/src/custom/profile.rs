//! The profile that a script answers, as a user of the store.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::ScriptFailure;
use crate::endpoints::users::{create::KEPT, takes_phone_number, takes_username};
use crate::schema::{SchemaError, UserImportSchema};
use crate::store::{ConnectionRow, Origin, UserRow};

/// A profile is judged by the document of the import file: Auth0 has one schema for both. How it words a refusal here is
/// inferred.
static SCHEMA: LazyLock<Result<UserImportSchema, SchemaError>> = LazyLock::new(UserImportSchema::compile);

/// The members of a profile that come into the store beside [`KEPT`]. Others are passed over.
const IDENTITY: &[&str] =
    &["user_id", "email", "email_verified", "username", "phone_number", "phone_verified", "mfa_factors"];

/// The user of a profile, without a password.
///
/// # Errors
/// When it is no object, has no `user_id`, or a member that no user can have.
pub(super) fn user(
    profile: &Value,
    connection: &ConnectionRow,
    now_ms: i64,
) -> Result<UserRow, ScriptFailure> {
    let refuse = |text: String| Err(ScriptFailure::Sandbox(text));
    let Value::Object(given) = profile else {
        return refuse("The script answered something that is no profile".to_owned());
    };
    let id = |name: &str| match given.get(name) {
        Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let Some(user_id) = id("user_id").or_else(|| id("id")) else {
        return refuse("The profile that the script answered has no user_id".to_owned());
    };
    let mut members: Map<String, Value> = IDENTITY
        .iter()
        .chain(KEPT)
        .filter_map(|name| given.get(*name).map(|value| ((*name).to_owned(), value.clone())))
        .filter(|(_, value)| !value.is_null())
        .collect();
    members.insert("user_id".to_owned(), Value::from(user_id.clone()));
    if !takes_username(connection) {
        members.remove("username");
    }
    if !takes_phone_number(connection) {
        members.remove("phone_number");
        members.remove("phone_verified");
    }
    let whole = Value::Object(members);
    let schema = SCHEMA.as_ref().map_err(|error| {
        tracing::error!(%error, "a document of the tenant's own does not compile");
        ScriptFailure::Internal
    })?;
    if let Some(fault) = schema.faults(&whole).into_iter().next() {
        return refuse(format!("The profile that the script answered is not valid: {}", fault.message));
    }
    let text = |name: &str| whole.get(name).and_then(Value::as_str).map(str::to_owned);
    let flag = |name: &str| whole.get(name).and_then(Value::as_bool);
    let mut user = UserRow::new(connection.pk, user_id, now_ms, Origin::Api);
    user.email = text("email").map(|email| email.to_lowercase());
    user.username = text("username").map(|username| username.to_lowercase());
    user.phone_number = text("phone_number");
    user.email_verified = user.email.as_ref().map(|_| flag("email_verified").unwrap_or(false));
    user.phone_verified = user.phone_number.as_ref().map(|_| flag("phone_verified").unwrap_or(false));
    user.mfa_factors = whole.get("mfa_factors").map(Value::to_string);
    let kept: Map<String, Value> = KEPT
        .iter()
        .filter_map(|name| whole.get(*name).map(|value| ((*name).to_owned(), value.clone())))
        .collect();
    user.body = Value::Object(kept).to_string();
    Ok(user)
}

//! `POST /dbconnections/signup`

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

use super::error::SignupError;
use crate::body::{Document, JsonBody, document};
use crate::endpoints::users::{create, password};
use crate::state::AppState;
use crate::store::connections;

static BODY: Document = document!("signup.schema.json");

/// The members that a person may bring along; others are passed over.
const ALLOWED: &[&str] = &[
    "client_id",
    "connection",
    "password",
    "email",
    "username",
    "phone_number",
    "given_name",
    "family_name",
    "name",
    "nickname",
    "picture",
    "user_metadata",
];

/// A person signs up to a database connection of an application.
pub(super) async fn signup(
    State(state): State<AppState>,
    body: JsonBody,
) -> Result<Json<Value>, SignupError> {
    let mut given = body.object(&BODY)?;
    // Nobody verifies an address, or gives oneself metadata of the application, by signing up.
    given.retain(|name, _| ALLOWED.contains(&name.as_str()));
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, client_id, plain) = (text("connection"), text("client_id"), text("password"));
    let connection = state
        .store()
        .read(move |db| -> Result<_, SignupError> {
            let connection = connections::by_name(db, &name)?.ok_or(SignupError::INVALID)?;
            if connection.flag("disable_signup") {
                return Err(SignupError::DISABLED);
            }
            let enabled = connections::clients(db, connection.pk)?.contains(&client_id);
            if enabled { Ok(connection) } else { Err(SignupError::INVALID) }
        })
        .await?;
    if !password::is_strong(&plain, &connection) {
        return Err(SignupError::WEAK);
    }
    let user = create::new_user(&given, &connection, state.now_ms())?;
    let user = create::make(&state, &connection, user, given.clone(), plain).await?;
    let mut shown = Map::new();
    shown.insert("_id".into(), json!(user.user_id));
    let members = [
        ("email", json!(user.email)),
        ("username", json!(user.username)),
        ("email_verified", json!(user.email_verified)),
        ("phone_number", json!(user.phone_number)),
        ("phone_verified", json!(user.phone_verified)),
        ("user_metadata", given.get("user_metadata").cloned().unwrap_or_default()),
    ];
    shown.extend(
        members.into_iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.into(), value)),
    );
    Ok(Json(Value::Object(shown)))
}

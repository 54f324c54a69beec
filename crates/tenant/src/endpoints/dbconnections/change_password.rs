//! `POST /dbconnections/change_password`

use axum::extract::State;
use axum::response::Html;
use serde_json::Value;

use super::error::SignupError;
use crate::body::{Document, JsonBody, document};
use crate::custom::CustomDatabase;
use crate::state::AppState;
use crate::store::{StoreError, connections, users};

static BODY: Document = document!("change_password.schema.json");

/// Says that an email was sent, also for people it does not know, as Auth0 does. This tenant sends no email. Somebody
/// whom only a custom database knows comes into the store before, when the connection imports.
pub(super) async fn change_password(
    State(state): State<AppState>,
    body: JsonBody,
) -> Result<Html<&'static str>, SignupError> {
    let given = body.object(&BODY)?;
    let text = |name: &str| given.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (name, email) = (text("connection"), text("email").to_lowercase());
    let wanted = email.clone();
    let unknown = state
        .store()
        .read(move |db| -> Result<_, StoreError> {
            let Some(connection) = connections::by_name(db, &name)? else { return Ok(None) };
            let known = users::key_by_email(db, connection.pk, &wanted)?.is_some();
            Ok((!known).then_some(connection))
        })
        .await?;
    if let Some(database) = unknown.as_ref().and_then(CustomDatabase::of)
        && database.imports()
    {
        // What goes wrong is in the tenant's log; the answer is the same for everybody.
        let _ = database.import(&state, &email).await;
    }
    Ok(Html("We've just sent you an email to reset your password."))
}

//! `accounts.importLiteAccount`

use rusqlite::Connection;
use serde_json::Value;

use crate::account::{profile, values};
use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::ids;
use crate::state::AppState;
use crate::store::accounts::{self, set_time};

/// Adds the lite account of an email, or writes into the one that is there.
///
/// # Errors
/// 400002 without an email, 400006 for a value that is not allowed, 413003 for an account of more than 512 KB.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let email = call.params.require("email")?;
    if !values::is_email(email) {
        return Err(ApiError::invalid("email: not an email address"));
    }
    state.store().write_blocking(|tx| write(tx, call, email))
}

fn write(tx: &Connection, call: &Call, email: &str) -> Result<Document, ApiError> {
    let found = accounts::lite_by_email(tx, email)?;
    let mut body = found.as_ref().map(|account| account.body.clone()).unwrap_or_default();
    if found.is_none() {
        body.set("UID", ids::hex32());
        body.set("email", email);
        body.set("hasFullAccount", false);
        body.set("hasLiteAccount", true);
        set_time(&mut body, "created", call.time_ms);
    }
    let mut given = call.params.object("profile")?.unwrap_or_default();
    if let Some(error) = profile::judge(&mut given).into_iter().next() {
        return Err(ApiError::invalid(format!("{}: {}", error.field_name, error.message)));
    }
    given.insert("email".to_owned(), email.into());
    body.merge("profile", &Value::Object(given));
    for name in ["data", "subscriptions", "preferences"] {
        values::object(&call.params, name, &mut body)?;
    }
    values::size(&body)?;
    set_time(&mut body, "lastUpdated", call.time_ms);
    let mut answer = Document::new();
    answer.set("UID", body.text("UID"));
    match found {
        Some(mut account) => {
            account.body = body;
            accounts::update(tx, &account)?;
        }
        None => {
            accounts::insert(tx, true, &body)?;
        }
    }
    Ok(answer)
}

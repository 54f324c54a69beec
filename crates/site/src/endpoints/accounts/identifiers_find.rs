//! `accounts.identifiers.find`
//!
//! Source: SAP Customer Data Cloud, accounts.identifiers.find. How the answer writes several emails is not documented; here
//! it is the first.

use rusqlite::Connection;

use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{Account, Identifier, accounts};

/// What schemas of identifiers start with.
const SCHEMA: &str = "gigya.com/identifiers/";

/// The identifiers of the account that has one.
///
/// # Errors
/// 400002 when a parameter is missing, 400006 for an unknown schema, 404000 when no account has the identifier.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let schema = call.params.require("identifierSchema")?;
    let id = call.params.require("id")?;
    let account = state.store().read_blocking(|db| find(db, schema, id))?;
    let Some(Account { uid, body, .. }) = account else {
        return Err(ApiError::new(codes::NOT_FOUND, "No account has this identifier"));
    };
    let login = body.object("loginIDs");
    let found = [
        ("UID", Some(uid)),
        ("email", login.get::<Vec<String>>("emails").and_then(|emails| emails.into_iter().next())),
        ("username", login.text("username")),
        ("phone", body.text("phoneNumber")),
    ];
    let mut identifiers = Document::new();
    for (kind, value) in found {
        if let Some(value) = value {
            identifiers.set(&format!("{SCHEMA}{kind}"), value);
        }
    }
    let mut answer = Document::new();
    answer.set("identifiers", identifiers);
    Ok(answer)
}

fn find(db: &Connection, schema: &str, id: &str) -> Result<Option<Account>, ApiError> {
    let kind = match schema.strip_prefix(SCHEMA) {
        Some("UID") => return Ok(accounts::by_uid(db, id)?),
        Some("email") => Identifier::Email,
        Some("username") => Identifier::Username,
        Some("phone") => Identifier::Phone,
        _ => {
            let details = format!("identifierSchema: expected {SCHEMA}UID, email, username or phone");
            return Err(ApiError::invalid(details));
        }
    };
    match accounts::find(db, kind, id)?.first() {
        Some(&pk) => Ok(accounts::by_pk(db, pk)?),
        None => Ok(None),
    }
}

//! Identifiers belong to one account: what a call may not take from another.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::store::{Identifier, accounts};

/// Passes an account whose login identifiers no other full account has. `own` is its key, if it is stored.
///
/// # Errors
/// 400003 that names the kind.
pub(crate) fn unique(connection: &Connection, own: Option<i64>, body: &Document) -> Result<(), ApiError> {
    let login = body.object("loginIDs");
    let mut wanted: Vec<(Identifier, &str, String)> = Vec::new();
    wanted.extend(login.text("username").map(|value| (Identifier::Username, "Username", value)));
    let emails = login.get::<Vec<String>>("emails").unwrap_or_default();
    wanted.extend(emails.into_iter().map(|value| (Identifier::Email, "Email", value)));
    wanted.extend(body.text("phoneNumber").map(|value| (Identifier::Phone, "Phone number", value)));
    for (name, value) in body.object("customIdentifiers").iter() {
        if let Ok(value) = serde_json::from_str::<String>(value.get()) {
            wanted.push((Identifier::Custom, "Custom identifier", Identifier::pair(name, &value)));
        }
    }
    for (kind, name, value) in wanted {
        if taken(connection, own, kind, &value)? {
            return Err(ApiError::new(codes::UNIQUE_IDENTIFIER_EXISTS, format!("{name} already exists")));
        }
    }
    Ok(())
}

/// Takes the identities out that belong to other accounts, and lists them as an answer does.
///
/// # Errors
/// When the database fails.
pub(crate) fn identity_conflicts(
    connection: &Connection,
    own: Option<i64>,
    body: &mut Document,
) -> Result<Vec<Value>, ApiError> {
    let mut conflicts = Vec::new();
    let mut kept = Vec::new();
    for identity in body.get::<Vec<Document>>("identities").unwrap_or_default() {
        let provider = identity.text("provider").unwrap_or_default();
        let uid = identity.text("providerUID").unwrap_or_default();
        let value = Identifier::pair(&provider, &uid);
        if provider != "site" && taken(connection, own, Identifier::Identity, &value)? {
            conflicts.push(json!({"provider": provider, "providerUID": uid}));
        } else {
            kept.push(identity);
        }
    }
    if !conflicts.is_empty() {
        body.set("identities", kept);
    }
    Ok(conflicts)
}

fn taken(connection: &Connection, own: Option<i64>, kind: Identifier, value: &str) -> Result<bool, ApiError> {
    Ok(accounts::find(connection, kind, value)?.into_iter().any(|pk| Some(pk) != own))
}

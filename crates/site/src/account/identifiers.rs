//! Identifiers belong to one account: what a call may not take from another.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::store::{Identifier, accounts};

/// Passes an account whose login identifiers no other full account has, but for those that it had `before`: an export can
/// hold the same one twice, which is no fault of a call that changes something else. `own` is its key, if it is stored.
///
/// # Errors
/// 400003 that names the kind.
pub(crate) fn unique(
    connection: &Connection,
    own: Option<i64>,
    before: Option<&Document>,
    body: &Document,
) -> Result<(), ApiError> {
    let had: Vec<_> = before.map(of).unwrap_or_default();
    let is_new = |kind: Identifier, value: &str| {
        !had.iter().any(|(other, _, known)| *other == kind && known.eq_ignore_ascii_case(value))
    };
    for (kind, name, value) in of(body) {
        if is_new(kind, &value) && taken(connection, own, kind, &value)? {
            return Err(ApiError::new(codes::UNIQUE_IDENTIFIER_EXISTS, format!("{name} already exists")));
        }
    }
    Ok(())
}

/// The login identifiers of an account, with the names of their kinds.
fn of(body: &Document) -> Vec<(Identifier, &'static str, String)> {
    let login = body.object("loginIDs");
    let mut wanted: Vec<(Identifier, &'static str, String)> = Vec::new();
    wanted.extend(login.text("username").map(|value| (Identifier::Username, "Username", value)));
    let emails = login.get::<Vec<String>>("emails").unwrap_or_default();
    wanted.extend(emails.into_iter().map(|value| (Identifier::Email, "Email", value)));
    wanted.extend(body.text("phoneNumber").map(|value| (Identifier::Phone, "Phone number", value)));
    for (name, value) in body.object("customIdentifiers").iter() {
        if let Ok(value) = serde_json::from_str::<String>(value.get()) {
            wanted.push((Identifier::Custom, "Custom identifier", Identifier::pair(name, &value)));
        }
    }
    wanted
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DATABASE, Store, TABLES};

    #[test]
    fn only_what_a_call_changes_has_to_be_unique() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join(DATABASE), TABLES).unwrap();
        let account = |text: &str| Document::parse(text).unwrap_or_default();
        let before = account(r#"{"UID":"b","loginIDs":{"username":"ann","emails":["b@x.test"]}}"#);
        let code = |result: Result<(), ApiError>| result.err().map(|error| error.code);
        store
            .write_blocking(|tx| -> Result<(), ApiError> {
                // As an export can have it: the same user name twice.
                let first = account(r#"{"UID":"a","loginIDs":{"username":"Ann","emails":["a@x.test"]}}"#);
                accounts::insert(tx, false, &first)?;
                let own = Some(accounts::insert(tx, false, &before)?);
                assert_eq!(code(unique(tx, own, Some(&before), &before)), None);
                assert_eq!(code(unique(tx, own, None, &before)), Some(codes::UNIQUE_IDENTIFIER_EXISTS));
                let mut after = before.clone();
                after.set("loginIDs", json!({"username": "ann", "emails": ["A@x.test"]}));
                let taken = unique(tx, own, Some(&before), &after);
                assert_eq!(code(taken), Some(codes::UNIQUE_IDENTIFIER_EXISTS));
                Ok(())
            })
            .unwrap();
    }
}

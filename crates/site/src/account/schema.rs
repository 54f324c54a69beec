//! The schema of the site's accounts, in the form of `accounts.getSchema`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::profile::{FIELDS, Type};
use crate::document::Document;
use crate::error::ApiError;
use crate::query::Table;
use crate::store::{Order, Scan, View};

/// Accounts that are looked at: the schema of a large site must not take long.
const LOOK: usize = 2_000;

/// The objects whose members differ from site to site.
const OBJECTS: &[&str] = &["data", "subscriptions", "preferences", "internal", "addresses"];

/// The members of the accounts: by object and dotted path, their types.
#[derive(Debug, Default)]
pub(crate) struct Observed(BTreeMap<&'static str, BTreeMap<String, &'static str>>);

/// Looks at the accounts that changed last.
///
/// # Errors
/// When the database fails.
pub(crate) fn observe(connection: &Connection) -> Result<Observed, ApiError> {
    let mut observed = Observed::default();
    let mut left = LOOK;
    let mut scan = Scan::new(View::All, Order::LastUpdated);
    scan.descending = true;
    scan.run(connection, |row| -> Result<_, ApiError> {
        let account = Document::parse(row.body).unwrap_or_default();
        for object in OBJECTS {
            if let Some(value) = account.get::<Value>(object) {
                walk(&value, object, "", observed.0.entry(object).or_default());
            }
        }
        left -= 1;
        Ok(if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(observed)
}

fn walk(value: &Value, object: &str, path: &str, found: &mut BTreeMap<String, &'static str>) {
    let mut note = |kind: &'static str| {
        let known = found.entry(path.to_owned()).or_insert(kind);
        // A member that is now this, now that, is a text; whole numbers among others are numbers.
        *known = match (*known, kind) {
            (one, other) if one == other => one,
            ("long" | "float", "long" | "float") => "float",
            _ => "string",
        };
    };
    match value {
        Value::Object(_) if object == "subscriptions" && !path.is_empty() => note("subscription"),
        Value::Object(members) if object == "preferences" && members.contains_key("isConsentGranted") => {
            note("boolean");
        }
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                walk(value, object, &path, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, object, path, found)),
        Value::Null => {}
        Value::Bool(_) => note("boolean"),
        Value::Number(number) => note(if number.is_f64() { "float" } else { "long" }),
        Value::String(_) => note("string"),
    }
}

impl Observed {
    /// The schema of one of the objects.
    pub(crate) fn schema(&self, object: &str) -> Value {
        let fields: Map<String, Value> = self
            .0
            .get(object)
            .into_iter()
            .flatten()
            .map(|(path, kind)| (path.clone(), field(kind, "serverOnly", false)))
            .collect();
        json!({"fields": fields, "dynamicSchema": true})
    }
}

/// The schema of the profile.
pub(crate) fn profile() -> Value {
    // What a search cannot do with a field, and what the schema says of it, go together.
    let encrypted = |name: &str| Table::ACCOUNTS.encrypted.contains(&format!("profile.{name}").as_str());
    let one = |name: &str, kind: Type| (name.to_owned(), field(kind.name(), "clientModify", encrypted(name)));
    let fields: Map<String, Value> = FIELDS.iter().map(|(name, kind)| one(name, *kind)).collect();
    json!({"fields": fields, "dynamicSchema": false})
}

fn field(kind: &str, write_access: &str, encrypted: bool) -> Value {
    let mut field = json!({"type": kind, "required": false, "allowNull": true, "writeAccess": write_access});
    if encrypted {
        field["encrypt"] = "AES".into();
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_search_takes_for_encrypted_the_schema_calls_so() {
        let profile = profile();
        let fields = profile["fields"].as_object().unwrap();
        let encrypted: Vec<_> = fields.iter().filter(|(_, field)| field["encrypt"] == "AES").collect();
        let names: Vec<_> = encrypted.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(names.contains(&"email") && names.contains(&"username"), "{names:?}");
    }

    #[test]
    fn paths_and_types_follow_the_accounts() {
        let mut found = BTreeMap::new();
        for data in [
            json!({"a": {"n": 1, "t": "x"}, "list": [{"k": true}], "mixed": 1, "f": 1}),
            json!({"mixed": "x", "f": 1.5, "nothing": null}),
        ] {
            walk(&data, "data", "", &mut found);
        }
        let expected =
            [("a.n", "long"), ("a.t", "string"), ("f", "float"), ("list.k", "boolean"), ("mixed", "string")];
        assert_eq!(found, expected.map(|(path, kind)| (path.to_owned(), kind)).into());
        let mut found = BTreeMap::new();
        walk(&json!({"news": {"email": {"isSubscribed": true}}}), "subscriptions", "", &mut found);
        assert_eq!(found, [("news".to_owned(), "subscription")].into());
        let mut found = BTreeMap::new();
        walk(&json!({"terms": {"tos": {"isConsentGranted": true}}}), "preferences", "", &mut found);
        assert_eq!(found, [("terms.tos".to_owned(), "boolean")].into());
    }
}

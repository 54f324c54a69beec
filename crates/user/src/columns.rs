//! What exports of Auth0 call the members of a user, and how their CSV writes texts.

use serde_json::{Map, Value};

use crate::Source;

/// The titles that Auth0's User Import/Export extension gives the default fields. Source: the extension, version 2.5.
const TITLES: [(&str, &str); 11] = [
    ("Id", "user_id"),
    ("Given Name", "given_name"),
    ("Family Name", "family_name"),
    ("Nickname", "nickname"),
    ("Name", "name"),
    ("Email", "email"),
    ("Email Verified", "email_verified"),
    ("Picture", "picture"),
    ("Connection", "identities[0].connection"),
    ("Created At", "created_at"),
    ("Updated At", "updated_at"),
];

/// Objects whose members an export can name one by one.
const METADATA: [&str; 2] = ["user_metadata", "app_metadata"];

/// The members of a user under the names of Auth0's import schema: titles of the extension are translated,
/// `user_metadata.a.b` becomes an object again, and the texts of a CSV of Auth0's lose the apostrophe that keeps
/// spreadsheets from taking them for formulas.
pub(crate) fn named(object: Map<String, Value>, source: Source) -> Map<String, Value> {
    let mut members = Map::with_capacity(object.len());
    for (name, value) in object {
        let name =
            TITLES.iter().find(|(title, _)| *title == name).map_or(name, |(_, name)| (*name).to_owned());
        match name.split_once('.').filter(|(root, _)| METADATA.contains(root)) {
            Some((root, path)) => {
                let root = members.entry(root.to_owned()).or_insert_with(|| Value::Object(Map::new()));
                nest(root, path, value);
            }
            None => {
                members.insert(name, value);
            }
        }
    }
    if source == Source::Csv && is_escaped(&members) {
        for (name, value) in &mut members {
            unescape(value, METADATA.contains(&name.as_str()));
        }
    }
    members
}

/// Puts a value where a dotted path leads. What stands in the way is replaced.
fn nest(place: &mut Value, path: &str, value: Value) {
    let mut place = place;
    for name in path.split('.') {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Some(members) = place.as_object_mut() else { return };
        place = members.entry(name.to_owned()).or_insert(Value::Null);
    }
    *place = value;
}

/// Auth0 puts an apostrophe before every text of a CSV, so before these two as well.
fn is_escaped(members: &Map<String, Value>) -> bool {
    let starts = |name: &str| members.get(name).and_then(Value::as_str).map(|text| text.starts_with('\''));
    starts("user_id").or_else(|| starts("email")).unwrap_or(false)
}

/// Takes the apostrophes off. In metadata, what has none was a number or a boolean, and a list or an object stands
/// there as JSON.
fn unescape(value: &mut Value, typed: bool) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|value| unescape(value, typed)),
        Value::Array(entries) => entries.iter_mut().for_each(|value| unescape(value, typed)),
        Value::String(text) => match text.strip_prefix('\'') {
            Some(bare) => {
                let json = bare.starts_with(['[', '{']).then(|| serde_json::from_str(bare).ok()).flatten();
                *value = json.filter(|_| typed).unwrap_or_else(|| Value::String(bare.to_owned()));
            }
            None if typed => {
                if let Ok(bare @ (Value::Number(_) | Value::Bool(_))) = serde_json::from_str(text) {
                    *value = bare;
                }
            }
            None => {}
        },
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(object: Value, source: Source) -> Value {
        let Value::Object(object) = object else { return Value::Null };
        Value::Object(named(object, source))
    }

    #[test]
    fn titles_of_the_extension_are_names_again() {
        let export = json!({"Id": "auth0|1", "Given Name": "A", "Connection": "c", "Shoe Size": 44});
        let expected = json!({"user_id": "auth0|1", "given_name": "A", "identities[0].connection": "c", "Shoe Size": 44});
        assert_eq!(read(export, Source::Json), expected);
    }

    #[test]
    fn named_leaves_of_metadata_are_objects_again() {
        let export = json!({"user_metadata.a.b": 1, "user_metadata.a.c": "'x", "app_metadata.d": [1], "identities.x": 2});
        let expected = json!({"user_metadata": {"a": {"b": 1, "c": "'x"}}, "app_metadata": {"d": [1]}, "identities.x": 2});
        assert_eq!(read(export, Source::Json), expected);
        assert_eq!(
            read(json!({"user_metadata.a": 1, "user_metadata.a.b": 2}), Source::Json),
            json!({"user_metadata": {"a": {"b": 2}}})
        );
    }

    #[test]
    fn texts_of_a_csv_of_auth0_are_what_they_were() {
        let row = json!({"user_id": "'auth0|1", "name": "'O'Hara", "email_verified": "true", "created_at": "2020-01-01",
            "user_metadata": {"n": "1.5", "t": "'1.5", "yes": "true", "at": "2020-01-01", "list": "'[1,\"a\"]", "open": "'[x"}});
        let expected = json!({"user_id": "auth0|1", "name": "O'Hara", "email_verified": "true", "created_at": "2020-01-01",
            "user_metadata": {"n": 1.5, "t": "1.5", "yes": true, "at": "2020-01-01", "list": [1, "a"], "open": "[x"}});
        assert_eq!(read(row, Source::Csv), expected);
        // Another CSV says what it says.
        let row = json!({"email": "a@x.de", "name": "'s Gravenhage", "user_metadata": {"n": "1"}});
        assert_eq!(read(row.clone(), Source::Csv), row);
        let json = json!({"email": "'a@x.de", "name": "'b"});
        assert_eq!(read(json.clone(), Source::Json), json);
    }
}

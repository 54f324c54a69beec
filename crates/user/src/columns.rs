//! What exports of Auth0 call the members of a user, and how their CSV writes texts.

use record::{DEEPEST, Object, Value, View};

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
pub(crate) fn named(object: &Object, source: Source) -> Object {
    let mut members = Object::new();
    for (name, value) in object.iter() {
        let title = TITLES.iter().find(|(title, _)| *title == name.as_str());
        let name = title.map_or(name.as_str(), |(_, name)| *name);
        match name.split_once('.').filter(|(root, _)| METADATA.contains(root)) {
            Some((root, path)) => {
                let mut place = members.remove(root).unwrap_or(Value::NULL);
                nest(&mut place, path, value.clone());
                members.insert(root, place);
            }
            None => {
                members.insert(name, value.clone());
            }
        }
    }
    if source == Source::Csv && is_escaped(&members) {
        for (name, value) in members.iter_mut() {
            unescape(value, METADATA.contains(&name.as_str()));
        }
    }
    members
}

/// Puts a value where a dotted path leads. What stands in the way is replaced.
fn nest(place: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        Some((name, rest)) => {
            let members = place.object_mut_or_new();
            if !members.contains(name) {
                members.insert(name, Value::NULL);
            }
            if let Some(place) = members.get_mut(name) {
                nest(place, rest, value);
            }
        }
        None => {
            place.object_mut_or_new().insert(path, value);
        }
    }
}

/// Auth0 puts an apostrophe before every text of a CSV, so before these two as well.
fn is_escaped(members: &Object) -> bool {
    let starts = |name: &str| members.get(name).and_then(Value::as_str).map(|text| text.starts_with('\''));
    starts("user_id").or_else(|| starts("email")).unwrap_or(false)
}

/// Takes the apostrophes off. In metadata, what has none was a number or a boolean, and a list or an object stands
/// there as JSON.
fn unescape(value: &mut Value, typed: bool) {
    if let Some(members) = value.as_object_mut() {
        return members.iter_mut().for_each(|(_, value)| unescape(value, typed));
    }
    if let Some(entries) = value.as_array_mut() {
        return entries.iter_mut().for_each(|value| unescape(value, typed));
    }
    let Some(text) = value.as_str() else { return };
    let plain = match text.strip_prefix('\'') {
        Some(bare) => {
            let json = (typed && bare.starts_with(['[', '{'])).then(|| json(bare)).flatten();
            Some(json.unwrap_or_else(|| Value::from(bare)))
        }
        None if typed => json(text).filter(|bare| matches!(bare.view(), View::Number(_) | View::Bool(_))),
        None => None,
    };
    if let Some(plain) = plain {
        *value = plain;
    }
}

/// A cell that holds JSON.
pub(crate) fn json(text: &str) -> Option<Value> {
    Value::from_json_within(text, DEEPEST).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn read(object: Json, source: Source) -> Json {
        let object = Value::from(&object);
        Value::from(named(object.as_object().unwrap(), source)).to_serde()
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

//! The mapping document as JSON, which the step of a dataflow has as its parameters. It says the same in the same order.

use serde::Serialize;
use serde_json::{Map, Value};
use toml::de::{DeTable, DeValue};
use toml::ser::ValueSerializer;

use crate::document::{self, DocumentError, in_order};

/// The document of this text as JSON.
///
/// # Errors
/// As [`document::parse`].
pub fn to_json(text: &str) -> Result<Map<String, Value>, DocumentError> {
    document::parse(text)?;
    // A text that was parsed once is a table.
    Ok(DeTable::parse(text).map(|table| members(table.get_ref())).unwrap_or_default())
}

/// The text of a document that is given as JSON; without `version` it is of version 1.
///
/// # Errors
/// What no document can hold: `null`, or a number that is none of TOML's.
pub fn from_json(document: &Map<String, Value>) -> Result<String, String> {
    let mut text = if document.contains_key("version") { String::new() } else { "version = 1\n".to_owned() };
    for (key, value) in document {
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(format!("unknown key `{key}`; known are version, user, user_metadata, app_metadata"));
        }
        // Inline, since a table of its own would come after what follows it.
        let mut inline = String::new();
        let written = value.serialize(ValueSerializer::new(&mut inline));
        written.map_err(|error| format!("{key}: {error}"))?;
        text.push_str(&format!("{key} = {inline}\n"));
    }
    Ok(text)
}

fn members(table: &DeTable<'_>) -> Map<String, Value> {
    in_order(table)
        .into_iter()
        .map(|(key, member)| (key.get_ref().to_string(), value(member.get_ref())))
        .collect()
}

fn value(one: &DeValue<'_>) -> Value {
    match one {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => {
            number.as_str().replace('_', "").parse::<i64>().map_or(Value::Null, Value::from)
        }
        DeValue::Boolean(flag) => Value::from(*flag),
        DeValue::Array(items) => items.iter().map(|item| value(item.get_ref())).collect(),
        DeValue::Table(table) => Value::Object(members(table)),
        // No document that was parsed has these.
        DeValue::Float(_) | DeValue::Datetime(_) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_default_document_says_the_same_as_json() {
        let json = to_json(document::DEFAULT).unwrap();
        assert_eq!(json["user"]["user_id"], "UID");
        assert_eq!(json["app_metadata"]["gigya"]["identities"]["pick"][0], "provider");
        let text = from_json(&json).unwrap();
        let rules = |text| {
            let mut rules = document::parse(text).unwrap();
            rules.iter_mut().for_each(|rule| rule.line = 0);
            rules
        };
        let (own, back) = (rules(document::DEFAULT), rules(&text));
        assert_eq!(own, back, "{text}");
    }

    #[test]
    fn what_is_no_document_is_told() {
        let text = |json: Value| from_json(json.as_object().unwrap());
        assert!(text(json!({"user": {"email": null}})).is_err());
        let error = document::parse(&text(json!({"user": {"emial": "profile.email"}})).unwrap()).unwrap_err();
        assert!(error.message.contains("unknown key `emial` of user"), "{error}");
        let constant = json!({"app_metadata": {"a.b": {"constant": "x \"y\" \u{7f}"}, "n": {"constant": 7}}});
        assert_eq!(document::parse(&text(constant).unwrap()).unwrap()[1].constant.as_deref(), Some("7"));
    }
}

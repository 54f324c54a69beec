//! What scripts say.

use std::borrow::Cow;

use serde_json::Value;

use crate::log::Level;

/// The level of `logger.NAME` and `console.NAME`.
pub(super) fn level(name: &str) -> Level {
    match name {
        "error" => Level::Error,
        "debug" | "trace" => Level::Debug,
        _ => Level::Info,
    }
}

/// The value as JSON text, secrets masked.
pub(super) fn rendered(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => masked(other).to_string(),
    }
}

fn masked(value: &Value) -> Cow<'_, Value> {
    match value {
        Value::Object(members) => Cow::Owned(Value::Object(
            members
                .iter()
                .map(|(name, value)| {
                    let value =
                        if is_secret(name) { Value::from("********") } else { masked(value).into_owned() };
                    (name.clone(), value)
                })
                .collect(),
        )),
        Value::Array(items) => Cow::Owned(items.iter().map(|item| masked(item).into_owned()).collect()),
        other => Cow::Borrowed(other),
    }
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "secret", "hash", "salt", "token", "privatekey", "accountkey"]
        .iter()
        .any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::rendered;

    #[test]
    fn secrets_are_masked() {
        let record = json!({"UID": "1", "password": {"hash": "abc"}, "data": [{"secretAnswer": "cat"}]});
        assert_eq!(
            rendered(&record),
            r#"{"UID":"1","password":"********","data":[{"secretAnswer":"********"}]}"#
        );
        assert_eq!(rendered(&json!("plain")), "plain");
    }
}

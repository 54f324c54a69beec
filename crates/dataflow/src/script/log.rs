//! What scripts say.

use serde_json::Value;

use crate::log::Level;
use crate::secret::masked;

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

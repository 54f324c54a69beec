//! Accounts and users without what nobody may see: hashes, salts, secrets, tokens.

use migration::mend::is_secret;
use serde_json::{Map, Value};

/// What is shown of an account or a user.
pub(super) fn safe(object: &Map<String, Value>) -> Map<String, Value> {
    object.iter().map(|(name, value)| (name.clone(), member(name, value))).collect()
}

fn member(name: &str, value: &Value) -> Value {
    if is_secret(name) {
        return Value::String(instead(&name.to_lowercase(), value));
    }
    match value {
        Value::Object(members) => Value::Object(safe(members)),
        Value::Array(entries) => entries.iter().map(|entry| member("", entry)).collect(),
        plain => plain.clone(),
    }
}

/// What stands where a secret was.
fn instead(name: &str, value: &Value) -> String {
    if value.is_null() || value.as_str() == Some("") {
        return "empty".to_owned();
    }
    if name.contains("password") {
        return hash(value);
    }
    match value {
        Value::Array(entries) => format!("{}, not shown", entries.len()),
        _ => "not shown".to_owned(),
    }
}

/// A password in words: `a bcrypt hash`.
fn hash(value: &Value) -> String {
    let algorithm = value["algorithm"].as_str().or(value["hashSettings"]["algorithm"].as_str());
    match (algorithm, value.as_str()) {
        (Some(algorithm), _) => format!("a {} hash", algorithm.chars().take(40).collect::<String>()),
        (None, Some(text)) if text.starts_with("$2") => "a bcrypt hash".to_owned(),
        _ => "a password, not shown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_secret_is_shown_however_deep() {
        let account = json!({
            "UID": "u", "password": {"hash": "HIDDEN", "hashSettings": {"algorithm": "pbkdf2", "salt": "HIDDEN"}},
            "password_hash": "$2b$10$HIDDEN", "custom_password_hash": {"algorithm": "md5", "hash": {"value": "HIDDEN"}},
            "mfa_factors": [{"totp": {"secret": "HIDDEN"}}], "data": {"apiTOKEN": "HIDDEN", "list": [{"clientSecret": "HIDDEN"}], "n": null},
            "identities": [{"provider": "x", "accessToken": "HIDDEN"}], "pwd": "", "profile": {"firstName": "A"},
        });
        let shown = Value::Object(safe(account.as_object().unwrap()));
        assert!(!shown.to_string().contains("HIDDEN"), "{shown}");
        assert_eq!(shown["password"], "a pbkdf2 hash");
        assert_eq!(shown["password_hash"], "a bcrypt hash");
        assert_eq!(shown["custom_password_hash"], "a md5 hash");
        assert_eq!(shown["mfa_factors"], "1, not shown");
        assert_eq!((&shown["pwd"], &shown["profile"]["firstName"]), (&json!("empty"), &json!("A")));
    }
}

//! Which members of accounts and users nobody sees, by their names, and covers for their values that come back.

use serde_json::{Map, Value};

/// Parts of the names of members whose value is secret, in lower case.
pub(super) const PARTS: [&str; 9] =
    ["password", "hash", "salt", "secret", "token", "pwd", "passphrase", "apikey", "mfa_factors"];

/// Whether a member of this name holds a hash, a salt, a key or the like.
#[must_use]
pub fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    PARTS.iter().any(|part| name.contains(part))
}

/// What stands in the place of secret number `number`, from 1 on.
pub(super) fn cover(number: usize) -> String {
    format!("(hidden {number})")
}

/// Covers the values of secret members however deep; `secrets` takes them.
pub(super) fn covered(object: Map<String, Value>, secrets: &mut Vec<Value>) -> Map<String, Value> {
    object
        .into_iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Null => Value::Null,
                value if is_secret(&name) => {
                    secrets.push(value);
                    cover(secrets.len()).into()
                }
                value => inside(value, secrets),
            };
            (name, value)
        })
        .collect()
}

fn inside(value: Value, secrets: &mut Vec<Value>) -> Value {
    match value {
        Value::Object(members) => covered(members, secrets).into(),
        Value::Array(entries) => entries.into_iter().map(|entry| inside(entry, secrets)).collect(),
        plain => plain,
    }
}

/// Puts the secrets in the place of their covers.
pub(super) fn uncover(value: &mut Value, secrets: &[Value]) {
    match value {
        Value::Object(members) => members.values_mut().for_each(|value| uncover(value, secrets)),
        Value::Array(entries) => entries.iter_mut().for_each(|value| uncover(value, secrets)),
        Value::String(text) => {
            let number = secrets.iter().enumerate().find(|(index, _)| *text == cover(index + 1));
            if let Some((_, secret)) = number {
                *value = secret.clone();
            }
        }
        _ => {}
    }
}

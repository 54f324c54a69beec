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

/// Puts the secrets in the place of their covers. A text that looks like one under another name was no secret, and gets none.
pub(super) fn uncover(object: &mut Map<String, Value>, secrets: &[Value]) {
    for (name, value) in object {
        if !is_secret(name) {
            uncover_inside(value, secrets);
        } else if let Some(text) = value.as_str() {
            let number = (1..=secrets.len()).find(|number| text == cover(*number));
            if let Some(number) = number {
                *value = secrets[number - 1].clone();
            }
        }
    }
}

fn uncover_inside(value: &mut Value, secrets: &[Value]) {
    match value {
        Value::Object(members) => uncover(members, secrets),
        Value::Array(entries) => entries.iter_mut().for_each(|entry| uncover_inside(entry, secrets)),
        _ => {}
    }
}

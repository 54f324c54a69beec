//! Secrets in dataflows are masked when they are read back.

use serde_json::Value;

/// What stands in the place of a secret.
pub(crate) const MASK: &str = "********";

/// Parameters of components that are secrets.
const SECRET: &[&str] = &[
    "password",
    "secret",
    "secretKey",
    "privateKey",
    "accountKey",
    "clientSecret",
    "apiSecret",
    "accessToken",
    "refreshToken",
    "token",
    "passphrase",
    "sasToken",
    "serviceAccount",
    "credentials",
    "blobUri",
];

/// A dataflow as answers show it.
pub(crate) fn masked(mut dataflow: Value) -> Value {
    let steps = dataflow.get_mut("steps").and_then(Value::as_array_mut);
    for params in steps.into_iter().flatten().filter_map(|step| step.get_mut("params")) {
        mask(params);
    }
    dataflow
}

/// Masks parameters, and members of lists of parameters. An object among them is a document of its own, in which such names
/// mean fields: a mapping says where `password` comes from.
fn mask(params: &mut Value) {
    let Value::Object(members) = params else { return };
    for (name, value) in members {
        match value {
            Value::String(text) if SECRET.contains(&name.as_str()) && !text.is_empty() => {
                MASK.clone_into(text);
            }
            Value::Array(items) => items.iter_mut().for_each(mask),
            _ => {}
        }
    }
}

/// Puts the secrets of a stored dataflow back where a document that was read back has the mask.
pub(crate) fn unmask(document: &mut Value, stored: &Value) {
    let id = |step: &Value| step.get("id").and_then(Value::as_str).map(str::to_owned);
    let steps = document.get_mut("steps").and_then(Value::as_array_mut);
    for step in steps.into_iter().flatten() {
        let own = id(step);
        let before = stored.get("steps").and_then(Value::as_array);
        let before = before.into_iter().flatten().find(|before| id(before) == own);
        if let (Some(params), Some(before)) =
            (step.get_mut("params"), before.and_then(|step| step.get("params")))
        {
            put_back(params, before);
        }
    }
}

fn put_back(value: &mut Value, stored: &Value) {
    match (value, stored) {
        (Value::String(text), Value::String(secret)) if text == MASK => text.clone_from(secret),
        (Value::Object(members), Value::Object(before)) => {
            for (name, value) in members {
                if let Some(before) = before.get(name) {
                    put_back(value, before);
                }
            }
        }
        (Value::Array(items), Value::Array(before)) => {
            items.iter_mut().zip(before).for_each(|(value, before)| put_back(value, before));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_masked_wherever_they_stand_in_the_parameters() {
        let flow = json!({"name": "password", "steps": [
            {"id": "password", "params": {"host": "h", "password": "p", "list": [{"secret": "s"}], "privateKey": ""}},
            {"id": "b", "params": {"user": {"password": "password"}}},
        ]});
        let expected = json!({"name": "password", "steps": [
            {"id": "password", "params": {"host": "h", "password": MASK, "list": [{"secret": MASK}], "privateKey": ""}},
            {"id": "b", "params": {"user": {"password": "password"}}},
        ]});
        assert_eq!(masked(flow), expected);
    }

    #[test]
    fn what_was_masked_gets_its_secrets_back_by_step() {
        let stored = json!({"steps": [
            {"id": "a", "params": {"password": "p", "other": "o"}},
            {"id": "b", "params": {"list": [{"secret": "s"}]}},
        ]});
        let mut edited = json!({"steps": [
            {"id": "b", "params": {"list": [{"secret": MASK}], "more": MASK}},
            {"id": "a", "params": {"password": MASK, "other": "new"}},
            {"id": "c", "params": {"password": MASK}},
        ]});
        unmask(&mut edited, &stored);
        let expected = json!({"steps": [
            {"id": "b", "params": {"list": [{"secret": "s"}], "more": MASK}},
            {"id": "a", "params": {"password": "p", "other": "new"}},
            {"id": "c", "params": {"password": MASK}},
        ]});
        assert_eq!(edited, expected);
    }
}

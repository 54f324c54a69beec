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
];

/// A dataflow as answers show it.
pub(crate) fn masked(mut dataflow: Value) -> Value {
    let steps = dataflow.get_mut("steps").and_then(Value::as_array_mut);
    for params in steps.into_iter().flatten().filter_map(|step| step.get_mut("params")) {
        mask(params);
    }
    dataflow
}

fn mask(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if SECRET.contains(&name.as_str()) && !text.is_empty() => {
                        MASK.clone_into(text);
                    }
                    value => mask(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask),
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
            {"id": "b"},
        ]});
        let expected = json!({"name": "password", "steps": [
            {"id": "password", "params": {"host": "h", "password": MASK, "list": [{"secret": MASK}], "privateKey": ""}},
            {"id": "b"},
        ]});
        assert_eq!(masked(flow), expected);
    }
}

//! Users in an error list, without their secrets.

use serde_json::{Map, Value};

/// What stands in place of a secret.
const STARS: &str = "*****";

/// The entry of the file as the error list shows it: `password_hash`, the values of `custom_password_hash` (hash, key,
/// salt) and the secrets of `mfa_factors` are stars. Anything under those names that has not the shape it should have is
/// starred as a whole, since it could hold anything. That these are the members is inferred from "sensitive values".
pub(super) fn redacted(user: &Value) -> Value {
    let Value::Object(members) = user else { return user.clone() };
    let members = members.iter().map(|(name, value)| {
        let value = match name.as_str() {
            "password_hash" => stars(),
            "custom_password_hash" => custom_hash(value),
            "mfa_factors" => factors(value),
            _ => value.clone(),
        };
        (name.clone(), value)
    });
    Value::Object(members.collect())
}

fn stars() -> Value {
    Value::from(STARS)
}

fn with(value: &Value, change: impl Fn(&str, &Value) -> Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, value)| (name.clone(), change(name, value))).collect::<Map<_, _>>(),
        ),
        _ => stars(),
    }
}

fn custom_hash(value: &Value) -> Value {
    with(value, |name, value| match name {
        "hash" => with(value, |name, value| match name {
            "value" => stars(),
            "key" => value_starred(value),
            _ => value.clone(),
        }),
        "salt" => value_starred(value),
        _ => value.clone(),
    })
}

fn value_starred(value: &Value) -> Value {
    with(value, |name, value| if name == "value" { stars() } else { value.clone() })
}

fn factors(value: &Value) -> Value {
    match value {
        Value::Array(factors) => factors
            .iter()
            .map(|factor| {
                with(factor, |kind, factor| match kind {
                    "totp" => with(factor, |_, _| stars()),
                    _ => factor.clone(),
                })
            })
            .collect(),
        _ => stars(),
    }
}

#[cfg(test)]
mod tests {
    use super::redacted;
    use serde_json::json;

    #[test]
    fn secrets_are_stars() {
        let user = json!({"email": "x", "password_hash": "s3cret",
            "custom_password_hash": {"algorithm": "hmac", "salt": {"value": "s3cret", "encoding": "hex"},
                "hash": {"value": "s3cret", "encoding": "hex", "key": {"value": "s3cret"}}},
            "mfa_factors": [{"totp": {"secret": "s3cret"}}, {"phone": {"value": "+1"}}, "s3cret"]});
        let shown = redacted(&user);
        assert!(!shown.to_string().contains("s3cret"), "{shown}");
        assert_eq!(shown["custom_password_hash"]["salt"], json!({"value": "*****", "encoding": "hex"}));
        assert_eq!(shown["mfa_factors"][1], json!({"phone": {"value": "+1"}}));
        for odd in [json!("s3cret"), json!(["s3cret"]), json!({"hash": "s3cret", "salt": ["s3cret"]})] {
            let user = json!({"custom_password_hash": odd.clone(), "mfa_factors": {"a": "s3cret"}, "password_hash": {"a": "s3cret"}});
            assert!(!redacted(&user).to_string().contains("s3cret"), "{odd}");
        }
    }
}

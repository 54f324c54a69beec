//! Users in an error list, without their secrets.

use serde_json::Value;

use json::{Members, Object};

/// What stands in place of a secret.
const STARS: &str = "*****";

/// The entry of the file (JSON text) as the error list shows it: `password_hash`, the values of `custom_password_hash`
/// (hash, key, salt) and the secrets of `mfa_factors` are stars. Anything under those names that has not the shape it
/// should have is starred as a whole, since it could hold anything. That these are the members is inferred from
/// "sensitive values".
pub(super) fn redacted(user: &str) -> String {
    let Some(members) = Members::of(user) else { return user.to_owned() };
    let mut shown = Object::with_capacity(user.len());
    for (name, text) in members.iter() {
        let change: fn(&mut Value) = match name {
            "password_hash" => |value| *value = stars(),
            "custom_password_hash" => custom_hash,
            "mfa_factors" => factors,
            _ => {
                shown.add(name, text);
                continue;
            }
        };
        // What cannot be read is starred too.
        let mut value = serde_json::from_str(text).unwrap_or_default();
        change(&mut value);
        shown.add(name, &value.to_string());
    }
    shown.end()
}

fn stars() -> Value {
    Value::from(STARS)
}

/// Changes each member; what is no object becomes stars.
fn each_member(value: &mut Value, change: impl Fn(&str, &mut Value)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                change(name, member);
            }
        }
        other => *other = stars(),
    }
}

fn custom_hash(value: &mut Value) {
    each_member(value, |name, value| match name {
        "hash" => each_member(value, |name, value| match name {
            "value" => *value = stars(),
            "key" => star_value(value),
            _ => {}
        }),
        "salt" => star_value(value),
        _ => {}
    });
}

fn star_value(value: &mut Value) {
    each_member(value, |name, value| {
        if name == "value" {
            *value = stars();
        }
    });
}

fn factors(value: &mut Value) {
    match value {
        Value::Array(factors) => {
            for factor in factors {
                each_member(factor, |kind, factor| {
                    if kind == "totp" {
                        each_member(factor, |_, value| *value = stars());
                    }
                });
            }
        }
        other => *other = stars(),
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
        let shown = redacted(&user.to_string());
        assert!(!shown.contains("s3cret"), "{shown}");
        let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
        assert_eq!(shown["custom_password_hash"]["salt"], json!({"value": "*****", "encoding": "hex"}));
        assert_eq!(shown["mfa_factors"][1], json!({"phone": {"value": "+1"}}));
        for odd in [json!("s3cret"), json!(["s3cret"]), json!({"hash": "s3cret", "salt": ["s3cret"]})] {
            let user = json!({"custom_password_hash": odd.clone(), "mfa_factors": {"a": "s3cret"}, "password_hash": {"a": "s3cret"}});
            assert!(!redacted(&user.to_string()).contains("s3cret"), "{odd}");
        }
    }
}

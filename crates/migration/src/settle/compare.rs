//! Whether a user at the tenant is the user that was sent. The one place that knows what Auth0 changes by itself.
//!
//! Not a difference is: lower case of email and username; `email_verified`, `phone_verified` and `blocked` left out
//! when false; `name`, `nickname` and `picture` that Auth0 makes up when they are not sent; metadata left out when
//! empty; the order of members; a number of another spelling, or an integer beyond 2^53 that a JavaScript back end has
//! rounded. Password hashes and MFA factors cannot be read back. What was never sent is never compared.

use serde_json::{Map, Value};

type User = Map<String, Value>;

/// The names of the members that differ, in a fixed order; metadata are named to their first level
/// (`app_metadata.gigya`).
#[must_use]
pub fn differences(sent: &User, stored: &User) -> Vec<String> {
    let mut different = Vec::new();
    for name in ["email", "username"] {
        if let Some(value) = sent.get(name)
            && lower(Some(value)) != lower(stored.get(name))
        {
            different.push(name.to_owned());
        }
    }
    for name in ["phone_number", "given_name", "family_name", "name", "nickname", "picture"] {
        if let Some(value) = sent.get(name)
            && stored.get(name) != Some(value)
        {
            different.push(name.to_owned());
        }
    }
    for name in ["email_verified", "phone_verified", "blocked"] {
        if sent.contains_key(name) && truth(sent.get(name)) != truth(stored.get(name)) {
            different.push(name.to_owned());
        }
    }
    for name in ["user_metadata", "app_metadata"] {
        metadata(name, sent.get(name), stored.get(name), &mut different);
    }
    different
}

/// Whether the user is as it was sent.
#[must_use]
pub fn compare(sent: &User, stored: &User) -> bool {
    differences(sent, stored).is_empty()
}

fn lower(value: Option<&Value>) -> Option<String> {
    value?.as_str().map(str::to_lowercase)
}

fn truth(value: Option<&Value>) -> bool {
    value.and_then(Value::as_bool).unwrap_or(false)
}

fn metadata(name: &str, sent: Option<&Value>, stored: Option<&Value>, different: &mut Vec<String>) {
    let Some(sent) = sent.and_then(Value::as_object) else { return };
    let nothing = User::new();
    let stored = stored.and_then(Value::as_object).unwrap_or(&nothing);
    for (key, value) in sent {
        if !stored.get(key).is_some_and(|stored| same(value, stored)) {
            different.push(format!("{name}.{key}"));
        }
    }
    for key in stored.keys().filter(|key| !sent.contains_key(*key)) {
        different.push(format!("{name}.{key}"));
    }
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one == other || one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(sent: Value, stored: Value) -> Vec<String> {
        differences(sent.as_object().unwrap(), stored.as_object().unwrap())
    }

    #[test]
    fn what_auth0_does_by_itself_is_no_difference() {
        let sent = json!({
            "user_id": "1", "email": "Ann@X.org", "email_verified": false, "username": "Ann", "blocked": false,
            "custom_password_hash": {"algorithm": "md5"}, "mfa_factors": [{"totp": {"secret": "A"}}],
            "user_metadata": {}, "app_metadata": {"n": 1.0, "big": 9_007_199_254_740_993_u64, "o": {"a": 1, "b": [2]}},
        });
        let stored = json!({
            "user_id": "auth0|1", "email": "ann@x.org", "username": "ann", "name": "ann@x.org", "nickname": "ann",
            "picture": "https://secure.gravatar.com/avatar/1", "created_at": "2026-01-01T00:00:00.000Z",
            "last_login": "2026-01-02T00:00:00.000Z", "identities": [],
            "app_metadata": {"o": {"b": [2], "a": 1}, "big": 9_007_199_254_740_992_u64, "n": 1},
        });
        assert_eq!(check(sent, stored), Vec::<String>::new());
    }

    #[test]
    fn every_member_that_was_sent_counts() {
        let sent = json!({
            "email": "a@x.org", "email_verified": true, "username": "a", "phone_number": "+1", "phone_verified": true,
            "given_name": "A", "family_name": "B", "name": "A B", "nickname": "ab", "picture": "https://x.org/a",
            "blocked": true, "user_metadata": {"k": 1}, "app_metadata": {"gigya": {"deep": [1, {"x": "y"}]}},
        });
        assert_eq!(check(sent.clone(), sent.clone()), Vec::<String>::new());
        let mut names: Vec<_> = sent.as_object().unwrap().keys().cloned().collect();
        names.retain(|name| !name.ends_with("_metadata"));
        for name in names {
            let mut stored = sent.clone();
            stored.as_object_mut().unwrap().remove(&name);
            assert_eq!(check(sent.clone(), stored), [name]);
        }
        let mut stored = sent.clone();
        stored["app_metadata"]["gigya"]["deep"][1]["x"] = json!("z");
        stored["user_metadata"]["new"] = json!(1);
        assert_eq!(check(sent, stored), ["user_metadata.new", "app_metadata.gigya"]);
    }
}

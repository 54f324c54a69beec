//! `options` of a database connection: what the server adds, and what it refuses.
//!
//! Texts and defaults are those of recorded answers (2025–2026).

use serde_json::{Map, Value, json};

use crate::error::ApiError;

type Object = Map<String, Value>;

/// Adds what the server adds to the options of a new connection. The older password options are left out when the
/// newer `password_options` are given.
pub(crate) fn create_defaults(mut options: Object) -> Object {
    default(&mut options, "mfa", json!({"active": true, "return_enroll_settings": true}));
    if !options.contains_key("password_options") {
        default(&mut options, "passwordPolicy", json!("good"));
    }
    update_defaults(options)
}

/// Adds what the server adds to options that replace others.
pub(super) fn update_defaults(mut options: Object) -> Object {
    default(&mut options, "strategy_version", json!(2));
    default(
        &mut options,
        "authentication_methods",
        json!({
            "password": {"enabled": true, "api_behavior": "required", "signup_behavior": "allow"},
            "passkey": {"enabled": false},
        }),
    );
    default(
        &mut options,
        "passkey_options",
        json!({"challenge_ui": "both", "progressive_enrollment_enabled": true, "local_enrollment_enabled": true}),
    );
    default(&mut options, "brute_force_protection", json!(true));
    if let Some(Value::Object(email)) = options.get_mut("attributes").and_then(|all| all.get_mut("email")) {
        default(email, "verification_method", json!("link"));
        default(email, "unique", json!(true));
    }
    if let Some(Value::Object(password)) = options.get_mut("password_options") {
        merge(
            password,
            json!({
                "complexity": {
                    "character_type_rule": "all",
                    "identical_characters": "allow",
                    "sequential_characters": "allow",
                    "max_length_exceeded": "error",
                    "min_length": 15,
                    "character_types": [],
                },
                "profile_data": {
                    "active": false,
                    "blocked_fields": [
                        "name", "username", "nickname", "email", "phone_number",
                        "user_metadata.name", "user_metadata.first", "user_metadata.last",
                    ],
                },
                "history": {"active": false, "size": 3},
                "dictionary": {"active": false, "custom": [], "default": "en_100k"},
            }),
        );
    }
    options
}

/// Refuses options that contradict each other.
///
/// # Errors
/// 400 `invalid_body` with Auth0's text.
pub(super) fn check(options: &Object) -> Result<(), ApiError> {
    let Some(Value::Object(attributes)) = options.get("attributes") else { return Ok(()) };
    let refuse = |text: &str| Err(ApiError::invalid_body(text));
    if options.contains_key("requires_username") {
        return refuse("Cannot set both options.attributes and options.requires_username");
    }
    if options.contains_key("validation") {
        return refuse("Cannot set both options.attributes and options.validation");
    }
    for (name, attribute) in attributes {
        let required = attribute["profile_required"] == true;
        if required && attribute["signup"]["status"].as_str().is_some_and(|status| status != "required") {
            return refuse(&format!("attribute {name} must also be required on signup"));
        }
    }
    if !attributes.values().any(|attribute| attribute["identifier"]["active"] == true) {
        return refuse("attributes must contain one active identifier");
    }
    if attributes.get("email").is_some_and(|email| email["unique"] == false) {
        return refuse("cannot add non-unique email attribute");
    }
    Ok(())
}

fn default(object: &mut Object, name: &str, value: Value) {
    object.entry(name).or_insert(value);
}

/// Adds the members that are missing, at every depth.
fn merge(object: &mut Object, defaults: Value) {
    let Value::Object(defaults) = defaults else { return };
    for (name, value) in defaults {
        match object.get_mut(&name) {
            None => {
                object.insert(name, value);
            }
            Some(Value::Object(inner)) => merge(inner, value),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_wins_over_the_defaults() {
        let given = json!({"mfa": {"active": false}, "password_options": {"history": {"active": true}}});
        let Value::Object(given) = given else { unreachable!() };
        let options = create_defaults(given);
        assert_eq!(options["mfa"], json!({"active": false}));
        assert_eq!(options["password_options"]["history"], json!({"active": true, "size": 3}));
        assert!(!options.contains_key("passwordPolicy"));
    }
}

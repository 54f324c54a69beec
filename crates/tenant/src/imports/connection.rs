//! What a connection takes as identifiers.

use serde_json::Value;

use crate::schema::UserFault;
use crate::schema::{internal_path, utf16_len};
use crate::store::ConnectionRow;
use user::rules::looks_like_email;

/// Auth0's default bounds of a username, in characters.
const USERNAME_DEFAULT: (u64, u64) = (1, 15);

/// The characters of a username beside letters and digits.
const USERNAME_OTHERS: &str = "_+-.!#^~@$'`";

/// The rules of one connection for `username` and `phone_number`. (`email` is required by the document of the import
/// file, whatever the connection says.)
///
/// That a connection requires an identifier for an import too (`attributes.NAME.profile_required`, or the older
/// `requires_username`) is documented, how the worker words a refusal is not: codes and messages are inferred from
/// z-schema and from those of the Management API.
#[derive(Debug, Clone)]
pub(super) struct Identifiers {
    username: Taken,
    phone_number: Taken,
    username_length: (u64, u64),
    username_like_email: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    No,
    Optional,
    Required,
}

impl Identifiers {
    /// Reads the options of a connection.
    pub(super) fn of(connection: &ConnectionRow) -> Self {
        let options = &connection.options;
        let number = |value: Option<&Value>| value.and_then(Value::as_u64);
        if let Some(attributes) = options.get("attributes") {
            let validation = &attributes["username"]["validation"];
            return Self {
                username: Taken::by_attribute(&attributes["username"]),
                phone_number: Taken::by_attribute(&attributes["phone_number"]),
                username_length: (
                    number(validation.get("min_length")).unwrap_or(USERNAME_DEFAULT.0),
                    number(validation.get("max_length")).unwrap_or(USERNAME_DEFAULT.1),
                ),
                username_like_email: validation["allowed_types"]["email"].as_bool().unwrap_or(false),
            };
        }
        let bounds = options.get("validation").and_then(|validation| validation.get("username"));
        Self {
            username: if connection.flag("requires_username") { Taken::Required } else { Taken::No },
            phone_number: Taken::No,
            username_length: (
                number(bounds.and_then(|bounds| bounds.get("min"))).unwrap_or(USERNAME_DEFAULT.0),
                number(bounds.and_then(|bounds| bounds.get("max"))).unwrap_or(USERNAME_DEFAULT.1),
            ),
            username_like_email: false,
        }
    }

    /// What is wrong with a user's identifiers.
    pub(super) fn fault(&self, username: Option<&str>, phone_number: Option<&str>) -> Option<UserFault> {
        presence("username", self.username, username.is_some(), "requires_username")
            .or_else(|| {
                let attribute = "attributes.phone_number";
                presence("phone_number", self.phone_number, phone_number.is_some(), attribute)
            })
            .or_else(|| self.username_fault(username?))
    }

    fn username_fault(&self, username: &str) -> Option<UserFault> {
        let (least, most) = self.username_length;
        let length = username.chars().count() as u64;
        let units = utf16_len(username);
        let (code, message) = if length < least {
            ("MIN_LENGTH", format!("String is too short ({units} chars), minimum {least}"))
        } else if length > most {
            ("MAX_LENGTH", format!("String is too long ({units} chars), maximum {most}"))
        } else if !username.chars().all(|c| c.is_ascii_alphanumeric() || USERNAME_OTHERS.contains(c))
            || (looks_like_email(username) && !self.username_like_email)
        {
            ("INVALID_FORMAT", format!("Object didn't pass validation for format username: {username}"))
        } else {
            return None;
        };
        Some(at("username", code, &message))
    }
}

impl Taken {
    /// The attribute of a connection with flexible identifiers; one that is not listed is not taken.
    fn by_attribute(attribute: &Value) -> Self {
        match attribute {
            Value::Object(_) if attribute["profile_required"].as_bool() == Some(true) => Self::Required,
            Value::Object(_) => Self::Optional,
            _ => Self::No,
        }
    }
}

fn presence(name: &str, taken: Taken, given: bool, setting: &str) -> Option<UserFault> {
    match (taken, given) {
        (Taken::Required, false) => Some(UserFault {
            code: "OBJECT_MISSING_REQUIRED_PROPERTY",
            message: format!("Missing required property: {name}"),
            path: None,
        }),
        (Taken::No, true) => {
            Some(at(name, "NOT_PASSED", &format!("Cannot set {name} for connection without {setting}.")))
        }
        _ => None,
    }
}

fn at(name: &str, code: &'static str, message: &str) -> UserFault {
    let path = internal_path(name);
    UserFault { code, message: format!("Error in {path} property - {message}"), path: Some(path) }
}

#[cfg(test)]
mod tests {
    use super::Identifiers;
    use crate::store::ConnectionRow;
    use serde_json::{Map, Value, json};

    fn identifiers(options: Value) -> Identifiers {
        Identifiers::of(&ConnectionRow {
            pk: 1,
            id: "con_0000000000000000".to_owned(),
            name: "c".to_owned(),
            strategy: "auth0".to_owned(),
            options: options.as_object().cloned().unwrap_or_default(),
            rest: Map::new(),
            created_at: 0,
        })
    }

    fn code(rules: &Identifiers, username: Option<&str>, phone: Option<&str>) -> &'static str {
        rules.fault(username, phone).map_or("", |fault| fault.code)
    }

    #[test]
    fn a_plain_connection_takes_email_alone() {
        let rules = identifiers(json!({}));
        assert_eq!(code(&rules, None, None), "");
        assert_eq!(code(&rules, Some("ada"), None), "NOT_PASSED");
        assert_eq!(code(&rules, None, Some("+1")), "NOT_PASSED");
    }

    #[test]
    fn the_older_setting_requires_usernames() {
        let rules =
            identifiers(json!({"requires_username": true, "validation": {"username": {"min": 3, "max": 5}}}));
        assert_eq!(code(&rules, None, None), "OBJECT_MISSING_REQUIRED_PROPERTY");
        for (username, expected) in [
            ("ada", ""),
            ("ad", "MIN_LENGTH"),
            ("adaada", "MAX_LENGTH"),
            ("a b", "INVALID_FORMAT"),
            ("a@b.c", "INVALID_FORMAT"),
            ("a@bc", ""),
        ] {
            assert_eq!(code(&rules, Some(username), None), expected, "{username}");
        }
    }

    #[test]
    fn attributes_say_what_is_taken() {
        let rules =
            identifiers(json!({"attributes": {"email": {}, "phone_number": {"profile_required": true},
            "username": {"validation": {"max_length": 20, "allowed_types": {"email": true}}}}}));
        assert_eq!(code(&rules, None, Some("+1")), "");
        assert_eq!(code(&rules, Some("ada@x.de"), Some("+1")), "");
        assert_eq!(code(&rules, Some("ada"), None), "OBJECT_MISSING_REQUIRED_PROPERTY");
    }
}

//! What a connection takes and demands.

use auth0::Connection;
use mapping::Identifier;

/// What a connection takes, and what it demands of everybody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Takes {
    /// What users may log in with.
    pub identifiers: Vec<Identifier>,
    /// What every user has to have beside the address.
    pub required: Vec<Identifier>,
    /// Fewest and most characters of a user name, where that is known.
    pub username_length: Option<(usize, usize)>,
}

impl From<&Connection> for Takes {
    fn from(connection: &Connection) -> Self {
        let parsed = |words: Vec<&str>| words.into_iter().filter_map(Identifier::parse).collect();
        Self {
            identifiers: parsed(connection.identifiers()),
            required: parsed(connection.required()),
            username_length: connection.username_length(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_demanded_is_read_from_either_kind_of_options() {
        let takes = |options| {
            let connection = json!({"id": "c", "name": "c", "strategy": "auth0", "options": options});
            Takes::from(&serde_json::from_value::<Connection>(connection).unwrap())
        };
        assert_eq!(takes(json!({})).required, []);
        assert_eq!(takes(json!({"requires_username": true})).required, [Identifier::Username]);
        let attributes = json!({"email": {}, "username": {"identifier": {"active": true}}});
        assert_eq!(takes(json!({"attributes": attributes})).required, []);
        // It is no identifier, and has to be sent all the same.
        let attributes =
            json!({"email": {}, "phone_number": {"identifier": {"active": false}, "profile_required": true}});
        let phone = takes(json!({"attributes": attributes}));
        assert_eq!(phone.required, [Identifier::Phone]);
        assert_eq!(phone.identifiers, [Identifier::Email, Identifier::Phone]);
    }

    #[test]
    fn how_long_user_names_are_is_read_from_either_kind_of_options() {
        let length = |options| {
            let connection = json!({"id": "c", "name": "c", "strategy": "auth0", "options": options});
            Takes::from(&serde_json::from_value::<Connection>(connection).unwrap()).username_length
        };
        assert_eq!(length(json!({})), None, "nothing is shown");
        assert_eq!(length(json!({"requires_username": true})), Some((1, 15)));
        let older = json!({"requires_username": true, "validation": {"username": {"min": 3, "max": 40}}});
        assert_eq!(length(older), Some((3, 40)));
        assert_eq!(length(json!({"attributes": {"username": {}}})), Some((1, 15)));
        let newer = json!({"attributes": {"username": {"validation": {"min_length": 2, "max_length": 128}}}});
        assert_eq!(length(newer), Some((2, 128)));
        let ours = auth0::attributes(&["email", "username"]);
        assert_eq!(length(Value::Object(ours)), Some((1, 128)));
    }
}

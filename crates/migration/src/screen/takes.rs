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
}

impl From<&Connection> for Takes {
    fn from(connection: &Connection) -> Self {
        let parsed = |words: Vec<&str>| words.into_iter().filter_map(Identifier::parse).collect();
        Self { identifiers: parsed(connection.identifiers()), required: parsed(connection.required()) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

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
}

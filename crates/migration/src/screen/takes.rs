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

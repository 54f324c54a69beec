//! A secret among parameters.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::Value as Json;

/// What Gigya shows in the place of a secret when a dataflow is read back.
pub const MASK: &str = "********";

/// A password, key or token among the parameters of a step. It never shows in a log or an error.
///
/// A parameter of this type is checked: one that is empty or masked is a warning before the run, and an error at the run
/// unless the step has a store put in its place.
#[derive(Clone, Default)]
pub struct Secret(SecretString);

impl Secret {
    /// The secret itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether there is something, and it is not the mask.
    #[must_use]
    pub fn is_given(&self) -> bool {
        is_given(self.expose())
    }
}

/// Whether a text is a secret rather than nothing or the mask.
pub(crate) fn is_given(text: &str) -> bool {
    !text.is_empty() && !text.bytes().all(|byte| byte == b'*')
}

/// Whether a member of this name holds a secret: a password, a hash and what belongs to it, a key, a token.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "pwd", "secret", "hash", "salt", "token", "privatekey", "accountkey"]
        .iter()
        .any(|word| name.contains(word))
}

/// A value with the mask in the place of its secrets, which are told by the names of members.
#[must_use]
pub fn masked(value: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let mask = |(name, value): (&String, &Json)| {
                let value = if is_secret_name(name) { Json::from(MASK) } else { masked(value) };
                (name.clone(), value)
            };
            Json::Object(members.iter().map(mask).collect())
        }
        Json::Array(items) => Json::Array(items.iter().map(masked).collect()),
        other => other.clone(),
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

impl JsonSchema for Secret {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "secret".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "writeOnly": true })
    }
}

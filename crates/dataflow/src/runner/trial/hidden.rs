//! Secrets that a dry run has come across.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::secret::{MASK, is_secret_name, masked};

/// Texts shorter than this are too common to be hidden wherever they stand.
const SHORTEST: usize = 8;
/// Most texts that are remembered.
const MOST: usize = 20_000;

/// The texts below members whose names say that they are secret. A step may copy such a text to a member of another name,
/// or write it to a file.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    texts: BTreeSet<String>,
    full: bool,
}

impl Hidden {
    /// Remembers the secrets of a record.
    pub(super) fn learn(&mut self, value: &Json) {
        match value {
            Json::Object(members) => {
                for (name, member) in members {
                    if is_secret_name(name) { self.keep(member) } else { self.learn(member) }
                }
            }
            Json::Array(items) => items.iter().for_each(|item| self.learn(item)),
            _ => {}
        }
    }

    fn keep(&mut self, value: &Json) {
        match value {
            Json::String(text) if text.len() >= SHORTEST => {
                if self.texts.len() < MOST {
                    self.texts.insert(text.clone());
                } else {
                    self.full = true;
                }
            }
            Json::Object(members) => members.values().for_each(|member| self.keep(member)),
            Json::Array(items) => items.iter().for_each(|item| self.keep(item)),
            _ => {}
        }
    }

    /// Whether there were more secrets than are remembered.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// A record without secrets.
    pub(super) fn hide(&self, value: &Json) -> Json {
        self.without(&masked(value))
    }

    fn without(&self, value: &Json) -> Json {
        match value {
            Json::String(text) => Json::String(self.text(text)),
            Json::Array(items) => Json::Array(items.iter().map(|item| self.without(item)).collect()),
            // A flattened record may have them in names.
            Json::Object(members) => members
                .iter()
                .map(|(name, member)| (self.text(name), self.without(member)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            other => other.clone(),
        }
    }

    /// A text without secrets.
    pub(super) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.texts {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), MASK);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Hidden;

    #[test]
    fn a_secret_is_hidden_wherever_it_was_put() {
        let mut hidden = Hidden::default();
        hidden.learn(
            &json!({"UID": "1", "password": {"hash": "c2VjcmV0LWhhc2g=", "rounds": 3000, "salt": "short"}}),
        );
        let renamed =
            json!({"UID": "1", "pass": "c2VjcmV0LWhhc2g=", "list": ["x:c2VjcmV0LWhhc2g="], "short": "short"});
        let expected = json!({"UID": "1", "pass": "********", "list": ["x:********"], "short": "short"});
        assert_eq!(hidden.hide(&renamed), expected);
        assert_eq!(hidden.text("UID,hash\n1,c2VjcmV0LWhhc2g="), "UID,hash\n1,********");
        assert_eq!(hidden.hide(&json!({"passwordHash": "x"})), json!({"passwordHash": "********"}));
    }
}

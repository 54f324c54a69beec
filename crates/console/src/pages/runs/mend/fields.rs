//! The form of a user: what people mend has a field of its own, everything else is JSON.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::opened::Opened;

/// Members of a user that have a field, with their labels and what helps to fill them in.
pub(super) const TEXTS: [(&str, &str, &str); 7] = [
    ("email", "Email", ""),
    ("username", "User name", "for a connection that takes user names"),
    ("phone_number", "Phone number", "such as +420123456789, for a connection that takes phone numbers"),
    ("given_name", "Given name", "at most 150 characters"),
    ("family_name", "Family name", "at most 150 characters"),
    ("name", "Name", "at most 300 characters"),
    ("nickname", "Nickname", "at most 300 characters"),
];

/// The member that has a tick.
const VERIFIED: &str = "email_verified";

/// What the form holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Fields {
    email: String,
    username: String,
    phone_number: String,
    given_name: String,
    family_name: String,
    name: String,
    nickname: String,
    /// Ticked when the address is known to be verified.
    verified: Option<String>,
    /// Everything else, as a JSON object.
    pub(super) rest: String,
    /// The record, when it was edited.
    pub(super) record: String,
}

impl Fields {
    /// The form of a user that nobody has edited yet.
    pub(super) fn of(opened: &Opened) -> Self {
        let mut fields = Self::default();
        if opened.is_edited {
            fields.record.clone_from(&opened.covered.text);
        }
        let Ok(draft) = &opened.draft else { return fields };
        let mut rest = draft.user.clone();
        for (name, ..) in TEXTS {
            // What is no text, such as a number as user name, stays where it can be seen as it is.
            if let Some(Value::String(text)) = rest.get(name) {
                *fields.text_mut(name) = text.clone();
                rest.remove(name);
            }
        }
        // Nobody has verified an address that is typed in the place of another.
        let is_to_change = opened.line.code().contains("email");
        if let Some(Value::Bool(is_verified)) = rest.get(VERIFIED) {
            fields.verified = (*is_verified && !is_to_change).then(String::new);
            rest.remove(VERIFIED);
        }
        fields.rest = serde_json::to_string_pretty(&rest).unwrap_or_default();
        fields
    }

    fn text_mut(&mut self, name: &str) -> &mut String {
        match name {
            "email" => &mut self.email,
            "username" => &mut self.username,
            "phone_number" => &mut self.phone_number,
            "given_name" => &mut self.given_name,
            "family_name" => &mut self.family_name,
            "name" => &mut self.name,
            _ => &mut self.nickname,
        }
    }

    /// The text of a field.
    pub(super) fn text(&self, name: &str) -> &str {
        match name {
            "email" => &self.email,
            "username" => &self.username,
            "phone_number" => &self.phone_number,
            "given_name" => &self.given_name,
            "family_name" => &self.family_name,
            "name" => &self.name,
            _ => &self.nickname,
        }
    }

    /// The edited record, if it was edited.
    pub(super) fn record(&self) -> Option<&str> {
        (!self.record.is_empty()).then_some(self.record.as_str())
    }

    /// The user.
    ///
    /// # Errors
    /// What is wrong with the JSON, as a sentence.
    pub(super) fn user(&self) -> Result<Map<String, Value>, String> {
        let rest = if self.rest.trim().is_empty() { "{}" } else { &self.rest };
        let mut user: Map<String, Value> = serde_json::from_str(rest)
            .map_err(|error| format!("\"Everything else\" is no JSON object: {error}"))?;
        for (name, ..) in TEXTS {
            let text = self.text(name).trim();
            if !text.is_empty() {
                user.insert(name.to_owned(), Value::from(text));
            }
        }
        if user.contains_key("email") && !user.contains_key(VERIFIED) {
            user.insert(VERIFIED.to_owned(), self.is_verified().into());
        }
        Ok(user)
    }

    /// Whether the address is said to be verified.
    pub(super) fn is_verified(&self) -> bool {
        self.verified.is_some()
    }
}

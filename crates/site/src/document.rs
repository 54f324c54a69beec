//! An account as a document: its members in their order, each as the JSON text that was given.
//!
//! A member that nobody changes is passed on byte for byte, so that large integers and the digits of decimals come out
//! as they went in, and nothing is parsed that nobody looks at.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

/// Members by name. Of a doubled member the last counts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Document(IndexMap<String, Box<RawValue>>);

impl Document {
    /// No members.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The members of a JSON object.
    ///
    /// # Errors
    /// When the text is not a JSON object.
    pub fn parse(text: &str) -> serde_json::Result<Self> {
        serde_json::from_str(text)
    }

    /// The JSON text of a member that is there and not null.
    #[must_use]
    pub fn raw(&self, name: &str) -> Option<&RawValue> {
        self.0.get(name).map(AsRef::as_ref).filter(|raw| raw.get() != "null")
    }

    /// A member that is there, not null, and of the type that is asked for.
    #[must_use]
    pub fn get<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Option<T> {
        serde_json::from_str(self.raw(name)?.get()).ok()
    }

    /// A member that is a string and not blank.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        self.get::<String>(name).filter(|text| !text.trim().is_empty())
    }

    /// A member as a document of its own; empty when it is not there or not an object.
    #[must_use]
    pub fn object(&self, name: &str) -> Self {
        self.get(name).unwrap_or_default()
    }

    /// Sets a member.
    pub fn set(&mut self, name: &str, value: impl Serialize) {
        match serde_json::value::to_raw_value(&value) {
            Ok(raw) => self.set_raw(name, raw),
            // Only a map with keys that are no texts can fail.
            Err(error) => tracing::error!(%error, name, "a member cannot be written"),
        }
    }

    /// Sets a member to a JSON text.
    pub fn set_raw(&mut self, name: &str, raw: Box<RawValue>) {
        self.0.insert(name.to_owned(), raw);
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Box<RawValue>> {
        self.0.shift_remove(name)
    }

    /// Whether a member is there and not null.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// Whether there are no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The members in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.0.iter().map(|(name, raw)| (name.as_str(), raw.as_ref()))
    }

    /// Puts the members of `other` into this one, over those of the same name.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Keeps the members whose names pass.
    pub fn retain(&mut self, mut keep: impl FnMut(&str) -> bool) {
        self.0.retain(|name, _| keep(name));
    }

    /// The JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Merges `change` into an object member, as the site's write calls do: objects member by member, everything else
    /// is replaced, null deletes.
    pub fn merge(&mut self, name: &str, change: &Value) {
        let mut value = self.get(name).unwrap_or(Value::Null);
        merge(&mut value, change);
        self.set(name, value);
    }
}

impl FromIterator<(String, Box<RawValue>)> for Document {
    fn from_iter<I: IntoIterator<Item = (String, Box<RawValue>)>>(members: I) -> Self {
        Self(members.into_iter().collect())
    }
}

fn merge(target: &mut Value, change: &Value) {
    let Value::Object(change) = change else {
        *target = change.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else { return };
    for (name, value) in change {
        if value.is_null() {
            target.shift_remove(name);
        } else {
            merge(target.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_not_touched_keeps_its_bytes() {
        let text = r#"{"b":{"n":18446744073709551616,"d":0.1000},"a":null,"c":"x"}"#;
        let mut document = Document::parse(text).unwrap();
        assert_eq!(document.to_json(), text);
        assert!(!document.has("a"));
        document.set("c", "y");
        assert_eq!(document.to_json(), text.replace("\"x\"", "\"y\""));
        assert!(Document::parse("[]").is_err());
    }

    #[test]
    fn a_change_is_merged_member_by_member_and_null_deletes() {
        let mut document = Document::parse(r#"{"data":{"a":{"x":1,"y":2},"b":[1],"c":3}}"#).unwrap();
        document.merge("data", &json!({"a": {"x": 5}, "b": [2], "c": null, "d": {"e": null, "f": 1}}));
        let data: Value = document.get("data").unwrap();
        assert_eq!(data, json!({"a": {"x": 5, "y": 2}, "b": [2], "d": {"f": 1}}));
        document.merge("profile", &json!({"firstName": "Ann"}));
        assert_eq!(document.object("profile").text("firstName").as_deref(), Some("Ann"));
    }
}

//! The members of an object as texts: what is not changed is not built anew.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The members of an object in their order. Of a member that stands twice the last one counts, at the place of the
/// first, as in JavaScript.
#[derive(Debug, Default)]
pub struct Members<'t> {
    list: Vec<(Cow<'t, str>, &'t str)>,
}

impl<'t> Members<'t> {
    /// Those of the text; None when it is no object.
    #[must_use]
    pub fn of(text: &'t str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Name and JSON text of each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &'t str)> {
        self.list.iter().map(|(name, text)| (name.as_ref(), *text))
    }

    /// Puts a member in the place of that name, or at the end.
    pub fn put(&mut self, name: Cow<'t, str>, text: &'t str) {
        match self.list.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = text,
            None => self.list.push((name, text)),
        }
    }

    /// Takes over the members of another object.
    pub fn extend(&mut self, other: Self) {
        for (name, text) in other.list {
            self.put(name, text);
        }
    }
}

/// Writes an object member by member.
#[derive(Debug)]
pub struct Object {
    text: String,
}

impl Object {
    /// An object for about so many bytes.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        let mut text = String::with_capacity(bytes + 2);
        text.push('{');
        Self { text }
    }

    /// Adds a member whose value is this JSON text.
    pub fn add(&mut self, name: &str, text: &str) {
        if self.text.len() > 1 {
            self.text.push(',');
        }
        if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.text.push('"');
            self.text.push_str(name);
            self.text.push('"');
        } else {
            self.text.push_str(&serde_json::Value::from(name).to_string());
        }
        self.text.push(':');
        self.text.push_str(text);
    }

    /// The text of the object.
    #[must_use]
    pub fn end(mut self) -> String {
        self.text.push('}');
        self.text
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Members { list: Vec::with_capacity(16) };
                while let Some((Name(name), value)) = map.next_entry::<Name<'de>, &'de RawValue>()? {
                    members.put(name, value.get());
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// A name, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct Name<'t>(#[serde(borrow)] Cow<'t, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn written(members: &Members<'_>) -> String {
        let mut object = Object::with_capacity(0);
        for (name, text) in members.iter() {
            object.add(name, text);
        }
        object.end()
    }

    #[test]
    fn values_are_passed_on_as_they_were_written() {
        let text = r#"{"a": 1.50 , "b" : {"c":[ 1,2]},"\u00e9\"": "x\u0041"}"#;
        let members = Members::of(text).unwrap();
        assert_eq!(written(&members), r#"{"a":1.50,"b":{"c":[ 1,2]},"é\"":"x\u0041"}"#);
        assert!(Members::of("[]").is_none());
        assert_eq!(written(&Members::of("{}").unwrap()), "{}");
    }

    #[test]
    fn the_last_of_doubled_members_counts() {
        let mut members = Members::of(r#"{"a": 1, "b": 2, "\u0061": 3}"#).unwrap();
        assert_eq!(written(&members), r#"{"a":3,"b":2}"#);
        members.extend(Members::of(r#"{"c": 4, "b": 5}"#).unwrap());
        assert_eq!(written(&members), r#"{"a":3,"b":5,"c":4}"#);
    }
}

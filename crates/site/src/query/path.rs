//! A path to a field: `profile.firstName`.

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::error::QueryError;

/// Names from the outside in, joined by dots. Letters count. At least one name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Path {
    text: String,
}

impl Path {
    /// A path from its text; the parser has seen to it that no name is empty.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its names.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.text.split('.')
    }

    /// Calls `visit` with each value at the path until it returns true, and whether it did. Arrays on the way and at the
    /// end are gone through, so that `identities.provider` has as many values as there are identities.
    pub(super) fn any(&self, document: &Value, visit: &mut dyn FnMut(&Value) -> bool) -> bool {
        any(document, self.names(), visit)
    }
}

impl FromStr for Path {
    type Err = QueryError;

    fn from_str(text: &str) -> Result<Self, QueryError> {
        super::parse::path(text)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn any<'p>(
    value: &Value,
    mut names: impl Iterator<Item = &'p str> + Clone,
    visit: &mut dyn FnMut(&Value) -> bool,
) -> bool {
    if let Value::Array(elements) = value {
        return elements.iter().any(|element| any(element, names.clone(), visit));
    }
    match names.next() {
        None => visit(value),
        Some(name) => value.get(name).is_some_and(|inner| any(inner, names, visit)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arrays_on_the_way_and_at_the_end_are_gone_through() {
        let document = json!({"a": [{"b": [1, [2]]}, {"c": 3}, {"b": 4}]});
        let mut seen = Vec::new();
        Path::new("a.b").any(&document, &mut |value| {
            seen.push(value.clone());
            false
        });
        assert_eq!(seen, [json!(1), json!(2), json!(4)]);
        assert!(!Path::new("a.b.c").any(&document, &mut |_| true));
    }
}

//! Where in the file things stand.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::Serialize;
use serde_json::value::RawValue;

/// A place in a file, counted from 1. Columns are characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// The places of all values of a JSON text, and of their names, by JSON pointer (`/steps/0/params/fields`).
#[derive(Clone, Debug, Default)]
pub struct Places {
    values: HashMap<String, Place>,
    names: HashMap<String, Place>,
}

impl Places {
    /// The places of a text that is valid JSON.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut places = Self::default();
        let mut lines = vec![0];
        lines.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
        if let Ok(root) = serde_json::from_str::<&RawValue>(text) {
            places.note(root, String::new(), text, &lines);
        }
        places
    }

    /// The place of a value, or of the nearest one around it.
    #[must_use]
    pub fn get(&self, pointer: &str) -> Place {
        let mut pointer = pointer;
        loop {
            if let Some(place) = self.values.get(pointer) {
                return *place;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return Place { line: 1, column: 1 },
            }
        }
    }

    /// The place of the name of a member, or else of the nearest value around it.
    #[must_use]
    pub fn name(&self, pointer: &str) -> Place {
        self.names.get(pointer).copied().unwrap_or_else(|| self.get(pointer))
    }

    fn note(&mut self, raw: &RawValue, pointer: String, text: &str, lines: &[usize]) {
        let value = raw.get();
        let offset = value.as_ptr() as usize - text.as_ptr() as usize;
        let place = |offset: usize| {
            let line = lines.partition_point(|start| *start <= offset);
            let start = lines[line - 1];
            Place { line, column: text[start..offset].chars().count() + 1 }
        };
        if let Some(name) = name_before(&text[..offset]) {
            self.names.insert(pointer.clone(), place(name));
        }
        self.values.insert(pointer.clone(), place(offset));
        if value.starts_with('{') {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(value).unwrap_or_default();
            for (name, member) in members {
                self.note(member, format!("{pointer}/{}", escaped(&name)), text, lines);
            }
        } else if value.starts_with('[') {
            let elements: Vec<&RawValue> = serde_json::from_str(value).unwrap_or_default();
            for (index, element) in elements.into_iter().enumerate() {
                self.note(element, format!("{pointer}/{index}"), text, lines);
            }
        }
    }
}

/// Where the name of a member begins whose value begins at the end of `text`; none when it is no member's.
pub(super) fn name_before(text: &str) -> Option<usize> {
    let text = text.trim_end().strip_suffix(':')?.trim_end().strip_suffix('"')?;
    // A quote after an odd number of backslashes is part of the name.
    let is_escaped = |at: usize| text[..at].bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1;
    text.rmatch_indices('"').map(|(at, _)| at).find(|at| !is_escaped(*at))
}

/// A name as part of a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_have_places() {
        let places = Places::of("{\"a\" : 1,\n \"b\\\\\\\"é\": [ {\"c\": true} ]}");
        let at = |line, column| Place { line, column };
        assert_eq!((places.name("/a"), places.get("/a")), (at(1, 2), at(1, 8)));
        let odd = "/b\\\"é";
        assert_eq!((places.name(odd), places.get(odd)), (at(2, 2), at(2, 12)));
        assert_eq!(places.name(&format!("{odd}/0/c")), at(2, 15));
        assert_eq!(places.name(&format!("{odd}/0")), at(2, 14), "an element has no name");
    }
}

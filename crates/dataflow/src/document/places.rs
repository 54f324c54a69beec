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

/// The places of all values of a JSON text, by JSON pointer (`/steps/0/params/fields`).
#[derive(Clone, Debug, Default)]
pub struct Places(HashMap<String, Place>);

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
            if let Some(place) = self.0.get(pointer) {
                return *place;
            }
            match pointer.rfind('/') {
                Some(end) => pointer = &pointer[..end],
                None => return Place { line: 1, column: 1 },
            }
        }
    }

    fn note(&mut self, raw: &RawValue, pointer: String, text: &str, lines: &[usize]) {
        let value = raw.get();
        let offset = value.as_ptr() as usize - text.as_ptr() as usize;
        let line = lines.partition_point(|start| *start <= offset);
        let start = lines[line - 1];
        self.0.insert(pointer.clone(), Place { line, column: text[start..offset].chars().count() + 1 });
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

/// A name as part of a JSON pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

//! Where a value begins and ends in a text, and putting another in its place.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::super::places::name_before;

/// A JSON text.
pub(super) struct Text<'t>(pub(super) &'t str);

impl<'t> Text<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self(text)
    }

    pub(super) fn into_owned(self) -> String {
        self.0.to_owned()
    }

    /// The text with another value at a pointer.
    pub(super) fn with(&self, pointer: &str, value: &Json) -> String {
        let Some((from, to)) = self.span(pointer) else { return self.0.to_owned() };
        let value = self.written(value, self.indentation(from), self.is_spread());
        format!("{}{value}{}", &self.0[..from], &self.0[to..])
    }

    /// The text without the member at a pointer.
    pub(super) fn without(&self, pointer: &str) -> String {
        let found = self.span(pointer).and_then(|(from, to)| Some((name_before(&self.0[..from])?, to)));
        let Some((from, to)) = found else { return self.0.to_owned() };
        let after = self.0[to..].trim_start();
        if let Some(rest) = after.strip_prefix(',') {
            // The next member takes its place.
            return format!("{}{}", &self.0[..from], rest.trim_start());
        }
        let before = self.0[..from].trim_end();
        match before.strip_suffix(',') {
            Some(before) => format!("{before}{}", &self.0[to..]),
            // It was alone.
            None => format!("{before}{after}"),
        }
    }

    /// Where the value at a pointer begins and ends.
    pub(super) fn span(&self, pointer: &str) -> Option<(usize, usize)> {
        let mut raw: &RawValue = serde_json::from_str(self.0).ok()?;
        for part in pointer.split('/').skip(1) {
            let part = part.replace("~1", "/").replace("~0", "~");
            if raw.get().starts_with('{') {
                let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(raw.get()).ok()?;
                raw = members.remove(&part)?;
            } else {
                let elements: Vec<&RawValue> = serde_json::from_str(raw.get()).ok()?;
                raw = elements.get(part.parse::<usize>().ok()?)?;
            }
        }
        let from = raw.get().as_ptr() as usize - self.0.as_ptr() as usize;
        Some((from, from + raw.get().len()))
    }

    /// The white space at the beginning of the line of a place.
    pub(super) fn indentation(&self, at: usize) -> &'t str {
        let line = self.0[..at].rfind('\n').map_or(0, |end| end + 1);
        let rest = &self.0[line..at];
        &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
    }
}

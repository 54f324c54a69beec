//! What flows between steps: an account, a row, any JSON object.
//!
//! A record is a persistent value. It is parsed one level deep; what nobody looks at stays the bytes that were read and
//! is written as they are. Copies share everything, and a change copies only the branch it is in, so that a split costs
//! nothing and a rename at the top leaves the rest untouched. Numbers keep their digits, members keep their order, of
//! members that stand twice the last counts.

mod json;
mod object;
mod path;
mod value;

pub use json::{DEEPEST, MAX_DEPTH, ParseError, Room};
pub use object::Object;
pub use path::{Path, PathError};
pub use value::{Value, View};

/// A JSON object on its way through a flow. Cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Record(Value);

impl Record {
    /// A record without members.
    #[must_use]
    pub fn new() -> Self {
        Self(Value::from(Object::new()))
    }

    /// Reads one JSON object.
    ///
    /// # Errors
    /// When the text is not one valid JSON object, or nests deeper than [`MAX_DEPTH`].
    pub fn from_json(text: &str) -> Result<Self, ParseError> {
        Self::from_json_within(text, MAX_DEPTH)
    }

    /// Reads one JSON object that nests as deep as `max_depth`, at most [`DEEPEST`].
    ///
    /// # Errors
    /// When the text is not one valid JSON object, or nests deeper.
    pub fn from_json_within(text: &str, max_depth: u16) -> Result<Self, ParseError> {
        json::parse(text, max_depth).map(Self)
    }

    /// Reads one JSON object.
    ///
    /// # Errors
    /// As [`Record::from_json`], and when the bytes are not UTF-8.
    pub fn from_json_bytes(bytes: &[u8]) -> Result<Self, ParseError> {
        Self::from_json(std::str::from_utf8(bytes).map_err(|_| ParseError::NotUtf8)?)
    }

    /// Reads the object that starts at `at` in `bytes`, which end in [`scan::PADDING`] zero bytes, and gives the place
    /// behind it. `room` is memory that is used again. Nothing when the object is broken, not whole, or on several lines.
    #[must_use]
    pub fn from_json_at(bytes: &[u8], at: usize, room: &mut Room) -> Option<(Self, usize)> {
        let (value, end) = json::parse_at(bytes, at, room)?;
        Some((Self(value), end))
    }

    /// The record as JSON on one line.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_json(&mut out);
        out
    }

    /// Appends the record as JSON on one line.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        self.0.write_json(out);
    }

    /// Its members.
    #[must_use]
    pub fn members(&self) -> &Object {
        match self.0.view() {
            View::Object(object) => object,
            _ => Object::empty(),
        }
    }

    /// Its members, to be changed.
    pub fn members_mut(&mut self) -> &mut Object {
        self.0.object_mut_or_new()
    }

    /// The record as a value.
    #[must_use]
    pub fn as_value(&self) -> &Value {
        &self.0
    }

    /// The record as a value.
    #[must_use]
    pub fn into_value(self) -> Value {
        self.0
    }

    /// What stands at `path`, if each name meets an object and each number an array.
    #[must_use]
    pub fn get(&self, path: &Path) -> Option<&Value> {
        path.get(&self.0)
    }

    /// What stands at `path`; see [`Path::find`] for names that meet arrays and for dotted names.
    #[must_use]
    pub fn find(&self, path: &Path) -> Option<Value> {
        path.find(&self.0)
    }

    /// Puts a value at `path`; see [`Path::set`].
    pub fn set(&mut self, path: &Path, value: impl Into<Value>) {
        path.set(&mut self.0, value.into());
    }

    /// Takes over what stands at `path` in another record, with the objects and arrays around it and nothing else of them.
    pub fn keep(&mut self, from: &Self, path: &Path) {
        path.keep(&from.0, &mut self.0);
    }

    /// Takes away what stands at `path`; see [`Path::remove`].
    pub fn remove(&mut self, path: &Path) -> Option<Value> {
        path.remove(&mut self.0)
    }
}

impl Default for Record {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Object> for Record {
    fn from(members: Object) -> Self {
        Self(Value::from(members))
    }
}

impl TryFrom<Value> for Record {
    type Error = Value;

    /// Gives the value back when it is no object.
    fn try_from(value: Value) -> Result<Self, Value> {
        if matches!(value.view(), View::Object(_)) { Ok(Self(value)) } else { Err(value) }
    }
}

impl std::fmt::Display for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

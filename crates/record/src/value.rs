//! A JSON value whose unread parts are still text.

use std::sync::{Arc, OnceLock};

use arcstr::Substr;
use serde_json::Value as Json;

use super::json;
use super::object::Object;

/// A JSON value: 24 bytes, cheap to clone, shared until it is changed.
#[derive(Clone)]
pub struct Value(Repr);

#[derive(Clone)]
enum Repr {
    Null,
    Bool(bool),
    /// The digits as they were read.
    Number(Substr),
    Text(Substr),
    /// A text that was read and stands in JSON as it is.
    Plain(Substr),
    Array(Arc<Vec<Value>>),
    Object(Arc<Object>),
    /// An object or array that is valid JSON and perhaps not looked at yet.
    Raw(Arc<Raw>),
}

struct Raw {
    source: Substr,
    /// Its members or elements, once somebody has looked.
    looked: OnceLock<Branch>,
}

#[derive(Clone)]
enum Branch {
    Array(Arc<Vec<Value>>),
    Object(Arc<Object>),
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub enum View<'a> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, by its digits.
    Number(&'a str),
    /// A text, without quotes and escapes.
    Text(&'a str),
    /// Elements in order.
    Array(&'a [Value]),
    /// Members in order.
    Object(&'a Object),
}

impl Value {
    /// `null`
    pub const NULL: Self = Self(Repr::Null);

    /// A number from digits that are known to be a JSON number.
    pub(super) fn from_digits(digits: Substr) -> Self {
        Self(Repr::Number(digits))
    }

    /// A text that is known to hold nothing to be escaped.
    pub(super) fn from_plain(text: Substr) -> Self {
        Self(Repr::Plain(text))
    }

    /// Reads one JSON value of any kind that nests as deep as `max_depth`, at most
    /// [`DEEPEST`](crate::DEEPEST).
    ///
    /// # Errors
    /// When the text is not one valid JSON value, or nests deeper.
    pub fn from_json_within(text: &str, max_depth: u16) -> Result<Self, json::ParseError> {
        json::parse_any(text, max_depth)
    }

    /// A number from its digits, if they are those of a JSON number.
    #[must_use]
    pub fn from_number(digits: &str) -> Option<Self> {
        let number = serde_json::from_str::<serde_json::Number>(digits).is_ok()
            && !digits.contains(char::is_whitespace);
        number.then(|| Self(Repr::Number(Substr::from(digits))))
    }

    /// An object or array that is known to be valid JSON.
    pub(super) fn from_source(source: Substr) -> Self {
        Self(Repr::Raw(Arc::new(Raw { source, looked: OnceLock::new() })))
    }

    /// An object that was read from `source` one level deep.
    pub(super) fn from_read(source: Substr, object: Object) -> Self {
        let looked = OnceLock::from(Branch::Object(Arc::new(object)));
        Self(Repr::Raw(Arc::new(Raw { source, looked })))
    }

    /// What it is. The first look at an object or array that was read parses it one level deep.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        match &self.0 {
            Repr::Null => View::Null,
            Repr::Bool(value) => View::Bool(*value),
            Repr::Number(digits) => View::Number(digits),
            Repr::Text(text) | Repr::Plain(text) => View::Text(text),
            Repr::Array(elements) => View::Array(elements),
            Repr::Object(object) => View::Object(object),
            Repr::Raw(raw) => match raw.look() {
                Branch::Array(elements) => View::Array(elements),
                Branch::Object(object) => View::Object(object),
            },
        }
    }

    /// Whether it is an object or an array.
    #[must_use]
    pub fn is_branch(&self) -> bool {
        matches!(self.0, Repr::Array(_) | Repr::Object(_) | Repr::Raw(_))
    }

    /// Whether both are the very same object or array, shared and unchanged. Scalars never are.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Repr::Array(a), Repr::Array(b)) => Arc::ptr_eq(a, b),
            (Repr::Object(a), Repr::Object(b)) => Arc::ptr_eq(a, b),
            (Repr::Raw(a), Repr::Raw(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// Whether it is `null`.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.0, Repr::Null)
    }

    /// Its text, if it is one.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.0 {
            Repr::Text(text) | Repr::Plain(text) => Some(text),
            _ => None,
        }
    }

    /// Its text as a shared slice, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&Substr> {
        match &self.0 {
            Repr::Text(text) | Repr::Plain(text) => Some(text),
            _ => None,
        }
    }

    /// Its truth, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.0 {
            Repr::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if it is an integer within `i64`.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// The number as the nearest double.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match &self.0 {
            Repr::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// Its members, if it is an object.
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self.view() {
            View::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Its elements, if it is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Value]> {
        match self.view() {
            View::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Its members to be changed, if it is an object.
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        self.own();
        match &mut self.0 {
            Repr::Object(object) => Some(Arc::make_mut(object)),
            _ => None,
        }
    }

    /// Its elements to be changed, if it is an array.
    pub fn as_array_mut(&mut self) -> Option<&mut Vec<Value>> {
        self.own();
        match &mut self.0 {
            Repr::Array(elements) => Some(Arc::make_mut(elements)),
            _ => None,
        }
    }

    /// Its members to be changed; a value that is no object becomes an empty one first.
    pub fn object_mut_or_new(&mut self) -> &mut Object {
        self.own();
        if !matches!(self.0, Repr::Object(_)) {
            self.0 = Repr::Object(Arc::default());
        }
        match &mut self.0 {
            Repr::Object(object) => Arc::make_mut(object),
            _ => unreachable!("it has just become an object"),
        }
    }

    /// The texts of scalars as a person would write them; objects and arrays as JSON; `null` as nothing.
    #[must_use]
    pub fn to_plain(&self) -> Substr {
        match &self.0 {
            Repr::Null => Substr::new(),
            Repr::Bool(value) => Substr::from(if *value { "true" } else { "false" }),
            Repr::Number(text) | Repr::Text(text) | Repr::Plain(text) => text.clone(),
            _ => Substr::from(self.to_string()),
        }
    }

    /// Appends the value as JSON on one line.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match &self.0 {
            Repr::Null => out.extend_from_slice(b"null"),
            Repr::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            Repr::Number(digits) => out.extend_from_slice(digits.as_bytes()),
            Repr::Text(text) => json::write_text(text, out),
            Repr::Plain(text) => json::write_plain(text, out),
            Repr::Raw(raw) => out.extend_from_slice(raw.source.as_bytes()),
            Repr::Array(elements) => {
                out.push(b'[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    element.write_json(out);
                }
                out.push(b']');
            }
            Repr::Object(object) => object.write_json(out),
        }
    }

    /// The value as `serde_json` has it. Integers beyond 64 bits and digits beyond a double's are rounded.
    #[must_use]
    pub fn to_serde(&self) -> Json {
        match self.view() {
            View::Null => Json::Null,
            View::Bool(value) => Json::Bool(value),
            View::Number(digits) => serde_json::from_str(digits).unwrap_or(Json::Null),
            View::Text(text) => Json::String(text.to_owned()),
            View::Array(elements) => Json::Array(elements.iter().map(Self::to_serde).collect()),
            View::Object(object) => Json::Object(
                object.iter().map(|(name, value)| (name.to_string(), value.to_serde())).collect(),
            ),
        }
    }

    /// Turns an object or array that was read into one that can be changed, without copying what it alone holds.
    fn own(&mut self) {
        let Repr::Raw(raw) = &self.0 else { return };
        self.0 = match raw.look().clone() {
            Branch::Array(elements) => Repr::Array(elements),
            Branch::Object(object) => Repr::Object(object),
        };
    }
}

impl Raw {
    fn look(&self) -> &Branch {
        self.looked.get_or_init(|| {
            if self.source.starts_with('[') {
                Branch::Array(Arc::new(json::elements(&self.source)))
            } else {
                Branch::Object(Arc::new(json::members(&self.source)))
            }
        })
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self(Repr::Bool(value))
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self(Repr::Number(Substr::from(value.to_string())))
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self(Repr::Number(Substr::from(value.to_string())))
    }
}

impl From<f64> for Value {
    /// Whole numbers are written without a point; what is no number becomes `null`, as in JavaScript.
    fn from(value: f64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
            return Self::from(value as i64);
        }
        match serde_json::Number::from_f64(value) {
            Some(number) => Self(Repr::Number(Substr::from(number.to_string()))),
            None => Self::NULL,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self(Repr::Text(Substr::from(text)))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self(Repr::Text(Substr::from(text)))
    }
}

impl From<Substr> for Value {
    fn from(text: Substr) -> Self {
        Self(Repr::Text(text))
    }
}

impl From<Vec<Value>> for Value {
    fn from(elements: Vec<Value>) -> Self {
        Self(Repr::Array(Arc::new(elements)))
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Self(Repr::Object(Arc::new(object)))
    }
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::NULL,
            Json::Bool(value) => Self::from(*value),
            Json::Number(number) => Self(Repr::Number(Substr::from(number.to_string()))),
            Json::String(text) => Self::from(text.as_str()),
            Json::Array(elements) => Self::from(elements.iter().map(Self::from).collect::<Vec<_>>()),
            Json::Object(members) => Self::from(
                members.iter().map(|(name, value)| (name.as_str(), Self::from(value))).collect::<Object>(),
            ),
        }
    }
}

impl PartialEq for Value {
    /// Equal as JSON: the order of members does not count, the digits of numbers do.
    fn eq(&self, other: &Self) -> bool {
        match (self.view(), other.view()) {
            (View::Null, View::Null) => true,
            (View::Bool(a), View::Bool(b)) => a == b,
            (View::Number(a), View::Number(b)) | (View::Text(a), View::Text(b)) => a == b,
            (View::Array(a), View::Array(b)) => a == b,
            (View::Object(a), View::Object(b)) => a == b,
            _ => false,
        }
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = Vec::new();
        self.write_json(&mut out);
        f.write_str(&String::from_utf8_lossy(&out))
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

//! JSON text to values, one level at a time, and back.

use std::borrow::Cow;
use std::fmt;

use arcstr::{ArcStr, Substr};
use memchr::{memchr2, memchr2_iter};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::object::Object;
use super::value::Value;

/// Deepest nesting of objects and arrays in a record.
pub const MAX_DEPTH: usize = 128;

/// Why a text is no record. None of the messages repeats the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The text is not JSON.
    #[error("not valid JSON: {0}")]
    NotJson(String),
    /// The text is JSON, but no object.
    #[error("JSON, but not an object")]
    NotObject,
    /// Objects and arrays nest too deep.
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// The bytes are no text.
    #[error("not UTF-8")]
    NotUtf8,
}

/// Reads one object. All of it is validated; only its own members become values.
pub(super) fn parse(text: &str) -> Result<Value, ParseError> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    bound(text)?;
    // A line break can only stand between tokens. Records are written on one line, so the space between tokens goes.
    let source: Substr = match memchr2(b'\n', b'\r', text.as_bytes()) {
        Some(_) => Substr::from(compact(text)),
        None => ArcStr::from(text).into(),
    };
    let members: Members<'_> =
        serde_json::from_str(&source).map_err(|error| match text.as_bytes().first() {
            Some(b'{') | None => ParseError::NotJson(error.to_string()),
            Some(_) => match serde_json::from_str::<&RawValue>(text) {
                Ok(_) => ParseError::NotObject,
                Err(error) => ParseError::NotJson(error.to_string()),
            },
        })?;
    let object = members.into_object(&source);
    Ok(Value::from_read(source, object))
}

/// The members of an object that was validated before.
pub(super) fn members(source: &Substr) -> Object {
    serde_json::from_str::<Members<'_>>(source).map(|members| members.into_object(source)).unwrap_or_default()
}

/// The elements of an array that was validated before.
pub(super) fn elements(source: &Substr) -> Vec<Value> {
    let elements: Vec<&RawValue> = serde_json::from_str(source).unwrap_or_default();
    elements.into_iter().map(|element| value(element, source)).collect()
}

/// Appends a text with its quotes and escapes.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    // Writing into memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

fn value(raw: &RawValue, source: &Substr) -> Value {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'n') => Value::NULL,
        Some(b't') => Value::from(true),
        Some(b'f') => Value::from(false),
        Some(b'"') if !text.contains('\\') => Value::from(slice(source, &text[1..text.len() - 1])),
        Some(b'"') => Value::from(unescape(text)),
        Some(b'{' | b'[') => Value::from_source(slice(source, text)),
        _ => Value::from_digits(slice(source, text)),
    }
}

/// An unpaired surrogate, which JSON allows and text does not, becomes U+FFFD.
fn unescape(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|_| {
        let bytes: Vec<u8> = serde_json::from_str::<Wtf8>(text).map(|read| read.0).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Shares a part of `source`.
fn slice(source: &Substr, part: &str) -> Substr {
    source.try_substr_from(part).unwrap_or_else(|| Substr::from(part))
}

/// Holds the depth against [`MAX_DEPTH`]. Few opening brackets, the common case, need no second look.
fn bound(text: &str) -> Result<(), ParseError> {
    if memchr2_iter(b'{', b'[', text.as_bytes()).count() <= MAX_DEPTH {
        return Ok(());
    }
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'{' | b'[' => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(ParseError::TooDeep);
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// The text without the space between tokens.
fn compact(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut quoted, mut escaped) = (false, false);
    for char in text.chars() {
        match char {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            // Within quotes a line break is an error, which the parser shall see.
            ' ' | '\t' | '\r' | '\n' if !quoted => continue,
            _ => {}
        }
        out.push(char);
    }
    out
}

/// Names and unparsed values.
struct Members<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl Members<'_> {
    fn into_object(self, source: &Substr) -> Object {
        self.0
            .into_iter()
            .map(|(name, raw)| {
                let name = match name {
                    Cow::Borrowed(name) => slice(source, name),
                    Cow::Owned(name) => Substr::from(name),
                };
                (name, value(raw, source))
            })
            .collect()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(16);
                while let Some(Name(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// A name, borrowed where it holds no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Read)
    }
}

/// The bytes of a text that holds unpaired surrogates.
struct Wtf8(Vec<u8>);

impl<'de> Deserialize<'de> for Wtf8 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl Visitor<'_> for Read {
            type Value = Wtf8;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Self::Value, E> {
                Ok(Wtf8(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Read)
    }
}

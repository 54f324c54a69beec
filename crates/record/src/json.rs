//! JSON text to values, one level at a time, and back.

use std::borrow::Cow;
use std::fmt;

use arcstr::{ArcStr, Substr};
use memchr::memchr2;
use scan::{Fault, Kind, PADDING, Scanner, Span};
use serde::de::{Deserialize, Deserializer, Visitor};
use serde_json::value::RawValue;

use super::object::Object;
use super::value::Value;

/// Deepest nesting of objects and arrays in a record of a flow.
pub const MAX_DEPTH: u16 = 128;

/// Deepest nesting that any record can have, where more than [`MAX_DEPTH`] is asked for.
pub const DEEPEST: u16 = 1_024;

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
    #[error("nested deeper than {0} levels")]
    TooDeep(u16),
    /// The bytes are no text.
    #[error("not UTF-8")]
    NotUtf8,
}

/// Reads one object. All of it is validated; only its own members become values.
pub(super) fn parse(text: &str, max_depth: u16) -> Result<Value, ParseError> {
    let text = one_line(text);
    let source = padded(&text);
    let mut members = Vec::new();
    let mut scanner = Scanner::new(source.as_bytes(), 0, max_depth);
    if walk(&mut scanner, &mut members).is_err() || scanner.at != text.len() {
        return Err(fault(&text, max_depth));
    }
    Ok(read(&source, text.len(), 0, &members))
}

/// Reads one value of any kind.
pub(super) fn parse_any(text: &str, max_depth: u16) -> Result<Value, ParseError> {
    let text = one_line(text);
    let source = padded(&text);
    let mut scanner = Scanner::new(source.as_bytes(), 0, max_depth);
    match scanner.value(0) {
        Ok(span) if scanner.at == text.len() => Ok(value(&source, span, 0)),
        _ => Err(fault(&text, max_depth)),
    }
}

/// The text without space around it. A line break can only stand between tokens; records are written on one line, so the
/// space between tokens goes.
fn one_line(text: &str) -> Cow<'_, str> {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    match memchr2(b'\n', b'\r', text.as_bytes()) {
        Some(_) => Cow::Owned(compact(text)),
        None => Cow::Borrowed(text),
    }
}

/// Reads the object that starts at `at` in `bytes`, which end in [`PADDING`] zero bytes, and gives the place behind it.
///
/// Nothing when it is broken, not whole, or stands on several lines: then [`parse`] has to look at it.
pub(super) fn parse_at(bytes: &[u8], at: usize, room: &mut Room) -> Option<(Value, usize)> {
    let Room { members, text } = room;
    members.clear();
    let mut scanner = Scanner::new(bytes, at, MAX_DEPTH);
    walk(&mut scanner, members).ok()?;
    let record = bytes.get(at..scanner.at)?;
    if memchr2(b'\n', b'\r', record).is_some() {
        return None;
    }
    text.clear();
    text.push_str(simdutf8::basic::from_utf8(record).ok()?);
    text.push_str(ZEROS);
    let source = ArcStr::from(text.as_str());
    Some((read(&source, record.len(), at, members), scanner.at))
}

/// The members of an object that was validated before.
pub(super) fn members(source: &Substr) -> Object {
    let mut members = Vec::new();
    let (whole, at) = room(source);
    match walk(&mut Scanner::new(whole.as_bytes(), at, DEEPEST), &mut members) {
        Ok(()) => object(&whole, 0, &members),
        Err(_) => Object::default(),
    }
}

/// The elements of an array that was validated before.
pub(super) fn elements(source: &Substr) -> Vec<Value> {
    let (whole, at) = room(source);
    let mut scanner = Scanner::new(whole.as_bytes(), at + 1, DEEPEST);
    let mut elements = Vec::new();
    while scanner.skip_space() != b']' {
        let Ok(span) = scanner.value(0) else { break };
        elements.push(value(&whole, span, 0));
        if scanner.skip_space() == b',' {
            scanner.at += 1;
        }
    }
    elements
}

/// Memory for one record after the other.
#[derive(Debug, Default)]
pub struct Room {
    members: Vec<Member>,
    text: String,
}

/// A member by its place.
#[derive(Debug, Clone, Copy)]
struct Member {
    /// Between the quotes.
    name: (usize, usize),
    escaped: bool,
    value: Span,
}

/// Steps over an object and notes its members.
fn walk(scanner: &mut Scanner<'_>, members: &mut Vec<Member>) -> Result<(), Fault> {
    if scanner.skip_space() != b'{' {
        return Err(Fault::Object);
    }
    scanner.at += 1;
    if scanner.skip_space() == b'}' {
        scanner.at += 1;
        return Ok(());
    }
    loop {
        if scanner.skip_space() != b'"' {
            return Err(Fault::Name);
        }
        scanner.at += 1;
        let start = scanner.at;
        let escaped = scanner.string()?;
        let name = (start, scanner.at - 1);
        scanner.colon()?;
        let value = scanner.value(1)?;
        let next = scanner.skip_space();
        scanner.at += 1;
        members.push(Member { name, escaped, value });
        match next {
            b',' => {}
            b'}' => return Ok(()),
            _ => return Err(Fault::EndOfObject),
        }
    }
}

/// The object of these members; `source` is what stood from `base` on, and [`PADDING`] zero bytes.
fn read(source: &ArcStr, len: usize, base: usize, members: &[Member]) -> Value {
    Value::from_read(source.substr(..len), object(source, base, members))
}

fn object(source: &ArcStr, base: usize, members: &[Member]) -> Object {
    Object::from_members(members.iter().map(|member| {
        let (from, to) = (member.name.0 - base, member.name.1 - base);
        let name = if member.escaped {
            Substr::from(unescape(source.get(from - 1..=to).unwrap_or_default()))
        } else {
            source.substr(from..to)
        };
        (name, value(source, member.value, base))
    }))
}

fn value(source: &ArcStr, span: Span, base: usize) -> Value {
    let (from, to) = (span.start as usize - base, span.end as usize - base);
    match span.kind {
        Kind::Null => Value::NULL,
        Kind::True => Value::from(true),
        Kind::False => Value::from(false),
        Kind::Number => Value::from_digits(source.substr(from..to)),
        Kind::Plain => Value::from_plain(source.substr(from + 1..to - 1)),
        Kind::Escaped => Value::from(unescape(source.get(from..to).unwrap_or_default())),
        Kind::Array | Kind::Object => Value::from_source(source.substr(from..to)),
    }
}

const ZEROS: &str = match std::str::from_utf8(&[0; PADDING]) {
    Ok(zeros) => zeros,
    Err(_) => "",
};

/// The text with the zero bytes behind it that the scanner needs.
fn padded(text: &str) -> ArcStr {
    ArcStr::from([text, ZEROS].concat())
}

/// A text that ends in zero bytes and holds `source`, and where.
fn room(source: &Substr) -> (ArcStr, usize) {
    let whole = source.parent();
    if whole.as_bytes().ends_with(&[0; PADDING]) {
        (whole.clone(), source.range().start)
    } else {
        (padded(source), 0)
    }
}

/// Why a text is no record, in the words of serde_json, which names the column.
fn fault(text: &str, max_depth: u16) -> ParseError {
    if let Err(Fault::TooDeep) = Scanner::new(padded(text).as_bytes(), 0, max_depth).value(0) {
        return ParseError::TooDeep(max_depth);
    }
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => ParseError::NotObject,
        Err(error) => ParseError::NotJson(error.to_string()),
    }
}

/// Appends a text with its quotes and escapes.
pub(super) fn write_text(text: &str, out: &mut Vec<u8>) {
    if is_plain(text.as_bytes()) {
        return write_plain(text, out);
    }
    // Writing into memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

/// Appends a text that holds nothing to be escaped, with its quotes.
pub(super) fn write_plain(text: &str, out: &mut Vec<u8>) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Whether a text stands in JSON as it is: without quotes, backslashes and control characters.
fn is_plain(bytes: &[u8]) -> bool {
    let special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    let (words, rest) = bytes.as_chunks::<8>();
    // Eight bytes at a time, without an early end.
    let found = words.iter().fold(0, |found, word| found | special_in(u64::from_ne_bytes(*word)));
    found == 0 && !rest.iter().any(special)
}

/// Not zero when one of eight bytes is special. A byte below `n` is one that borrows when `n` is taken from it and whose
/// highest bit is not set; a byte that equals another is zero after an exclusive or, and zero is what is below 1.
const fn special_in(word: u64) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const fn below(word: u64, most: u64) -> u64 {
        word.wrapping_sub(ONES * most) & !word & HIGH
    }
    below(word, 0x20) | below(word ^ (ONES * b'"' as u64), 1) | below(word ^ (ONES * b'\\' as u64), 1)
}

/// An unpaired surrogate, which JSON allows and text does not, becomes U+FFFD.
fn unescape(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|_| {
        let bytes: Vec<u8> = serde_json::from_str::<Wtf8>(text).map(|read| read.0).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_written_as_serde_json_writes_them() {
        let mut texts = vec![String::new(), "é\u{7f}\u{80}ÿ😀".repeat(3)];
        for at in 0..20 {
            for byte in 0..=0x7f_u8 {
                let mut text = "!#[]~ é".repeat(3)[..20].to_owned();
                if text.is_char_boundary(at) {
                    text.insert(at, char::from(byte));
                    texts.push(text);
                }
            }
        }
        for text in texts {
            let mut out = Vec::new();
            write_text(&text, &mut out);
            assert_eq!(String::from_utf8(out).unwrap_or_default(), serde_json::Value::from(text).to_string());
        }
    }
}

//! The file of a job.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

/// The text of a file. JavaScript replaces bytes that are no UTF-8, and so does this.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// The entries of the array that a file must be; None when it is anything else: no JSON, a lone object, NDJSON, a byte
/// order mark in front. An array without entries is one: its job completes with nothing done (inferred).
pub(super) fn entries(text: &str) -> Option<Vec<&RawValue>> {
    json::elements(text).ok()
}

/// One entry as a value and as the text of that value; None when it is nested too deeply. Halves of surrogate pairs, which
/// JavaScript lets pass and no UTF-8 text can hold, become U+FFFD, as they do when JavaScript writes them, and numbers
/// beyond any double, its `Infinity`, become null.
pub(super) fn read(raw: &RawValue) -> Option<(Value, Cow<'_, str>)> {
    let text = raw.get();
    if let Ok(value) = json::value(text) {
        return Some((value, Cow::Borrowed(text)));
    }
    let text = as_javascript_writes(text);
    let value = json::value(&text).ok()?;
    Some((value, Cow::Owned(text)))
}

/// The same JSON with each escaped half of a surrogate pair that stands alone replaced by `\ufffd`, and each number
/// beyond any double by null.
fn as_javascript_writes(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let (mut rest, mut quoted) = (text, false);
    while let Some(at) = rest.find(|char: char| matches!(char, '\\' | '"' | '-' | '0'..='9')) {
        let (before, here) = rest.split_at(at);
        let (length, instead) = match here.as_bytes().first() {
            Some(b'\\') => escape(here),
            Some(b'"') => {
                quoted = !quoted;
                (1, None)
            }
            _ if quoted => (1, None),
            _ => number(here),
        };
        let (token, after) = here.split_at_checked(length).unwrap_or((here, ""));
        clean.push_str(before);
        clean.push_str(instead.unwrap_or(token));
        rest = after;
    }
    clean.push_str(rest);
    clean
}

/// The length of the escape that the text begins with, and what is written instead if it is half a pair.
fn escape(text: &str) -> (usize, Option<&'static str>) {
    match unit(text) {
        Some(0xd800..=0xdbff) if matches!(text.get(6..).and_then(unit), Some(0xdc00..=0xdfff)) => (12, None),
        Some(0xd800..=0xdfff) => (6, Some("\\ufffd")),
        Some(_) => (6, None),
        // The byte after a backslash is ASCII in JSON that was read once already.
        None => (2, None),
    }
}

/// The length of the number that the text begins with, and what is written instead if no double is as large.
fn number(text: &str) -> (usize, Option<&'static str>) {
    let end = text
        .find(|char: char| !matches!(char, '-' | '+' | '.' | 'e' | 'E' | '0'..='9'))
        .unwrap_or(text.len());
    let infinite = text[..end].parse::<f64>().is_ok_and(f64::is_infinite);
    (end, infinite.then_some("null"))
}

/// The code unit of `\uXXXX` at the beginning of the text.
fn unit(text: &str) -> Option<u16> {
    u16::from_str_radix(text.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{entries, read};
    use serde_json::Value;
    use serde_json::value::RawValue;

    fn value(raw: &RawValue) -> Option<Value> {
        let (value, text) = read(raw)?;
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        Some(value)
    }

    #[test]
    fn only_an_array_is_a_file() {
        for bad in ["", "x", "{}", "{}\n{}", "[{}", "[{}]x", "\u{feff}[]", "null"] {
            assert!(entries(bad).is_none(), "{bad:?}");
        }
        assert_eq!(entries("[]").unwrap().len(), 0);
        assert_eq!(entries(" [ {\"a\": 1}, 2 ] ").unwrap()[0].get(), "{\"a\": 1}");
    }

    #[test]
    fn half_pairs_are_replaced() {
        let text = r#"[{"a": "\ud83d\ude00 \ud83d x \\ud83d \ude00", "b\udfff": "\""}]"#;
        let value = value(entries(text).unwrap()[0]).unwrap();
        assert_eq!(value["a"], "😀 \u{fffd} x \\ud83d \u{fffd}");
        assert_eq!(value["b\u{fffd}"], "\"");
    }

    #[test]
    fn infinite_numbers_are_null() {
        let far = "9".repeat(400);
        let text = format!(
            r#"[{{"a": [1e999, -1.5E+400, {far}, 1e-999, 1.50], "1e999": "x\\\" 1e999", "b": "\ud83d"}}]"#
        );
        let value = value(entries(&text).unwrap()[0]).unwrap();
        let expected = r#"{"a": [null, null, null, 0.0, 1.5], "1e999": "x\\\" 1e999", "b": "\ufffd"}"#;
        assert_eq!(value, serde_json::from_str::<Value>(expected).unwrap());
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("[{}{}]", "[".repeat(depth), "]".repeat(depth));
        let is_read = |depth: usize| read(entries(&nested(depth)).unwrap()[0]).is_some();
        assert!(is_read(127) && is_read(128) && is_read(json::MAX_DEPTH));
        assert!(!is_read(json::MAX_DEPTH + 1) && !is_read(100_000));
    }
}

//! The file of a job.

use std::borrow::Cow;

use serde_json::Value;
use serde_json::value::RawValue;

use crate::json;

/// The text of a file. JavaScript replaces bytes that are no UTF-8, and so does this.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// The entries of the array that a file must be; None when it is anything else: no JSON, a lone object, NDJSON, a byte
/// order mark in front. An array without entries is one: its job completes with nothing done (inferred).
pub(super) fn entries(text: &str) -> Option<Vec<&RawValue>> {
    serde_json::from_str(text).ok()
}

/// One entry as a value and as the text of that value; None when it is nested too deeply. Halves of surrogate pairs, which
/// JavaScript lets pass and no UTF-8 text can hold, become U+FFFD, as they do when JavaScript writes them.
pub(super) fn read(raw: &RawValue) -> Option<(Value, Cow<'_, str>)> {
    let text = raw.get();
    if let Ok(value) = serde_json::from_str(text) {
        return Some((value, Cow::Borrowed(text)));
    }
    let text = without_lone_surrogates(text);
    let value = json::deep(&text)?;
    Some((value, Cow::Owned(text)))
}

/// The same JSON with each escaped half of a surrogate pair that stands alone replaced by `\ufffd`.
fn without_lone_surrogates(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        clean.push_str(before);
        let length = match unit(escape) {
            Some(0xd800..=0xdbff) if matches!(escape.get(6..).and_then(unit), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                clean.push_str("\\ufffd");
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            Some(_) => 6,
            // The byte after a backslash is ASCII in JSON that was read once already.
            None => 2,
        };
        let (kept, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        clean.push_str(kept);
        rest = after;
    }
    clean.push_str(rest);
    clean
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
    fn depth_is_bounded() {
        let nested = |depth: usize| format!("[{}{}]", "[".repeat(depth), "]".repeat(depth));
        let is_read = |depth: usize| read(entries(&nested(depth)).unwrap()[0]).is_some();
        assert!(is_read(127) && is_read(128) && is_read(crate::json::MAX_DEPTH));
        assert!(!is_read(crate::json::MAX_DEPTH + 1) && !is_read(100_000));
    }
}

//! JSON that is nested deeply.

use serde::Deserialize as _;
use serde_json::Value;
use serde_json::de::StrRead;

/// Deepest nesting that the tenant reads. Auth0's bound, if it has one, is not known.
pub(crate) const MAX_DEPTH: usize = 1_100;

/// A value, read on a stack that grows with it; serde_json alone stops at 128 levels. None when the text is no JSON or
/// nested beyond [`MAX_DEPTH`].
pub(crate) fn deep(text: &str) -> Option<Value> {
    if depth(text) > MAX_DEPTH {
        return None;
    }
    let mut reader = serde_json::Deserializer::new(StrRead::new(text));
    reader.disable_recursion_limit();
    let value = Value::deserialize(serde_stacker::Deserializer::new(&mut reader)).ok()?;
    reader.end().ok()?;
    Some(value)
}

fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

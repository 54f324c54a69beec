//! JSON that is nested as deeply as a user may be.

use serde::de::DeserializeOwned;
use serde_json::de::SliceRead;

/// Deepest nesting that is read: that of the deepest account, what a mapping puts around it, and the list it comes in.
const MAX_DEPTH: usize = 1_100;

/// Reads a value. serde_json alone stops at 128 levels, for the sake of its stack; what is deeper is measured first and
/// then read on a stack that grows.
///
/// # Errors
/// As `serde_json::from_slice`; nesting beyond 1,100 levels is one.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    match serde_json::from_slice(bytes) {
        Err(error) if error.is_syntax() && (128..=MAX_DEPTH).contains(&depth(bytes)) => {
            let mut deep = serde_json::Deserializer::new(SliceRead::new(bytes));
            deep.disable_recursion_limit();
            let value = T::deserialize(serde_stacker::Deserializer::new(&mut deep))?;
            deep.end()?;
            Ok(value)
        }
        read => read,
    }
}

/// How deeply a text is nested, whether it is JSON or not.
fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in text {
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::from_slice;

    #[test]
    fn as_deep_as_an_account_and_no_deeper() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes();
        for depth in [1, 127, 128, 129, 1_100] {
            assert!(from_slice::<Value>(&nested(depth)).is_ok(), "{depth}");
        }
        for depth in [1_101, 100_000] {
            assert!(from_slice::<Value>(&nested(depth)).is_err(), "{depth}");
        }
        assert!(from_slice::<Value>(&[nested(200), b"x".to_vec()].concat()).is_err());
    }
}

//! JSON as serde_json reads it, nested as deeply as a user may be. Pure.
//!
//! What every user of an import passes through stands here in functions without type parameters: they are compiled once,
//! for speed, and the crates that call them need not be.

mod depth;
mod members;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::de::SliceRead;
use serde_json::value::RawValue;

pub use depth::depth;
pub use members::{Members, Object};

/// Deepest nesting that is read: that of the deepest account, what a mapping puts around it, and the list it comes in.
/// Auth0's bound, if it has one, is not known.
pub const MAX_DEPTH: usize = 1_100;

/// Reads a value of any kind, however deep, see [`from_slice`].
///
/// # Errors
/// As [`from_slice`].
pub fn value(text: &str) -> serde_json::Result<Value> {
    // A text is known to be UTF-8 and is not checked again.
    serde_json::from_str(text).or_else(|error| deep(text.as_bytes(), error))
}

/// The elements of an array as texts, in their order.
///
/// # Errors
/// Whatever is no JSON array.
pub fn elements(text: &str) -> serde_json::Result<Vec<&RawValue>> {
    serde_json::from_str(text)
}

/// Reads a value. serde_json alone stops at 128 levels, for the sake of its stack; what is deeper is measured first and
/// then read on a stack that grows.
///
/// # Errors
/// As `serde_json::from_slice`; nesting beyond [`MAX_DEPTH`] is one.
pub fn from_slice<T: DeserializeOwned>(bytes: &[u8]) -> serde_json::Result<T> {
    serde_json::from_slice(bytes).or_else(|error| deep(bytes, error))
}

/// Reads a value that is deeper than serde_json takes by itself; gives the error back when that is not why it was refused.
fn deep<T: DeserializeOwned>(bytes: &[u8], error: serde_json::Error) -> serde_json::Result<T> {
    if !error.is_syntax() || !(128..=MAX_DEPTH).contains(&depth(bytes)) {
        return Err(error);
    }
    let mut deep = serde_json::Deserializer::new(SliceRead::new(bytes));
    deep.disable_recursion_limit();
    let value = T::deserialize(serde_stacker::Deserializer::new(&mut deep))?;
    deep.end()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_deep_as_an_account_and_no_deeper() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for depth in [1, 127, 128, 129, 1_100] {
            assert!(value(&nested(depth)).is_ok(), "{depth}");
        }
        for depth in [1_101, 100_000] {
            assert!(value(&nested(depth)).is_err(), "{depth}");
        }
        assert!(value(&(nested(200) + "x")).is_err());
    }

    #[test]
    fn elements_are_as_they_were_written() {
        let texts = elements(" [ {\"a\": 1.0}, 2 ] ").unwrap();
        assert_eq!(texts.iter().map(|text| text.get()).collect::<Vec<_>>(), ["{\"a\": 1.0}", "2"]);
        assert!(elements("{}").is_err());
    }
}

//! Stored digests and salts, read leniently.

use user::password::encoding::{decode_base64, push_base64_unpadded, strict_base64};

use super::reason::Untranslatable;

/// Bytes that an account stores as text.
pub(super) enum Stored<'a> {
    /// Strict base64 without its padding, and how many bytes it stands for: it is written as it stands.
    Base64(&'a str, usize),
    /// Bytes that were written in any other way.
    Bytes(Vec<u8>),
}

impl Stored<'_> {
    fn base64(text: &str) -> Option<Stored<'_>> {
        match strict_base64(text) {
            Some((bare, bytes)) => Some(Stored::Base64(bare, bytes)),
            None => decode_base64(text).map(Stored::Bytes),
        }
    }

    /// How many bytes they are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Base64(_, bytes) => *bytes,
            Self::Bytes(bytes) => bytes.len(),
        }
    }

    /// The bytes themselves.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        match self {
            Self::Base64(bare, _) => decode_base64(bare).unwrap_or_default(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// Appends them as base64 without padding.
    pub(super) fn push_base64(&self, out: &mut String) {
        match self {
            Self::Base64(bare, _) => out.push_str(bare),
            Self::Bytes(bytes) => push_base64_unpadded(bytes, out),
        }
    }
}

/// A digest of one of `sizes` bytes: base64 in every dress, or hexadecimal where the text has exactly that length.
/// (Base64 of the same bytes is never as long, so the two cannot be confused.)
pub(super) fn digest<'a>(text: &'a str, sizes: &[usize]) -> Result<Stored<'a>, Untranslatable> {
    let bare = text.trim();
    if sizes.iter().any(|size| bare.len() == size * 2)
        && let Ok(bytes) = hex::decode(bare)
    {
        return Ok(Stored::Bytes(bytes));
    }
    Stored::base64(bare)
        .ok_or_else(|| Untranslatable::malformed("the stored hash is neither base64 nor hexadecimal"))
}

/// A salt in base64.
pub(super) fn base64_salt(text: &str) -> Result<Stored<'_>, Untranslatable> {
    Stored::base64(text).ok_or_else(|| Untranslatable::malformed("the salt is not base64"))
}

/// `rounds`; `None` if it is absent.
pub(super) fn rounds(text: Option<&str>) -> Result<Option<u64>, Untranslatable> {
    let Some(text) = super::given(text) else { return Ok(None) };
    // Some exports write numbers as floats.
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.parse().map(Some).map_err(|_| Untranslatable::malformed("rounds is not a number"))
}

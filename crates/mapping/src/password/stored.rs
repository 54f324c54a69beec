//! Stored digests and salts, read leniently.

use user::password::encoding::decode_base64;

use super::reason::Untranslatable;

/// The bytes of a digest of one of `sizes` bytes: base64 in every dress, or hexadecimal where the text has exactly that
/// length. (Base64 of the same bytes is never as long, so the two cannot be confused.)
pub(super) fn digest(text: &str, sizes: &[usize]) -> Result<Vec<u8>, Untranslatable> {
    let bare: &str = text.trim();
    if sizes.iter().any(|size| bare.len() == size * 2)
        && let Ok(bytes) = hex::decode(bare)
    {
        return Ok(bytes);
    }
    decode_base64(bare)
        .ok_or_else(|| Untranslatable::malformed("the stored hash is neither base64 nor hexadecimal"))
}

/// The bytes of a salt in base64.
pub(super) fn base64_salt(text: &str) -> Result<Vec<u8>, Untranslatable> {
    decode_base64(text).ok_or_else(|| Untranslatable::malformed("the salt is not base64"))
}

/// `rounds`; `None` if it is absent.
pub(super) fn rounds(text: Option<&str>) -> Result<Option<u64>, Untranslatable> {
    let Some(text) = super::given(text) else { return Ok(None) };
    // Some exports write numbers as floats.
    let text = text.strip_suffix(".0").unwrap_or(text);
    text.parse().map(Some).map_err(|_| Untranslatable::malformed("rounds is not a number"))
}

//! bcrypt strings: `$2b$<cost>$<22 characters of salt><31 characters of hash>`.

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

/// bcrypt's own alphabet; the last character of salt and of hash holds unused bits.
const BCRYPT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::BCRYPT,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::RequireNone),
);

/// The parts of a bcrypt string.
pub(super) struct BcryptString<'a> {
    /// What stands between the first two `$`: `2`, `2a`, `2b`, `2x`, `2y`.
    pub(super) version: &'a str,
    pub(super) cost: u32,
    pub(super) salt: [u8; 16],
    pub(super) hash: [u8; 23],
}

impl<'a> BcryptString<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let (version, rest) = text.strip_prefix('$')?.split_once('$')?;
        let (cost, rest) = rest.split_once('$')?;
        if !matches!(version, "2" | "2a" | "2b" | "2x" | "2y") || cost.len() != 2 || rest.len() != 53 {
            return None;
        }
        let cost = super::phc::number(cost).filter(|cost| (4..=31).contains(cost))?;
        let (salt, hash) = rest.split_at_checked(22)?;
        let salt = BCRYPT.decode(salt).ok()?.try_into().ok()?;
        let hash = BCRYPT.decode(hash).ok()?.try_into().ok()?;
        Some(Self { version, cost, salt, hash })
    }
}

/// Whether `text` fits `password_hash`: Auth0's pattern is `^\$2[ab]?\$10+\$[./A-Za-z0-9]{53}$`, read as what it means,
/// a cost of 10. (To the letter it also lets a cost of 100 pass, which no bcrypt has.)
#[must_use]
pub fn is_password_hash(text: &str) -> bool {
    let rest = ["$2b$10$", "$2a$10$", "$2$10$"].iter().find_map(|start| text.strip_prefix(start));
    let in_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/');
    rest.is_some_and(|rest| rest.len() == 53 && rest.bytes().all(in_alphabet))
}

/// The bcrypt string of raw parts; `None` unless the salt has 16 bytes, the hash 23 or 24 (the 24th is never stored)
/// and the cost is between 4 and 31.
#[must_use]
pub fn from_raw(cost: u32, salt: &[u8], hash: &[u8]) -> Option<String> {
    if salt.len() != 16 || !matches!(hash.len(), 23 | 24) || !(4..=31).contains(&cost) {
        return None;
    }
    let mut text = format!("$2b${cost:02}$");
    BCRYPT.encode_string(salt, &mut text);
    BCRYPT.encode_string(hash.get(..23)?, &mut text);
    Some(text)
}

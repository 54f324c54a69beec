//! Argon2 strings: `$argon2id$v=19$m=<KiB>,t=<passes>,p=1$<salt>$<tag>`.
//!
//! Auth0's documentation defers to its library `magic`, that is libsodium's `crypto_pwhash_str_verify`: argon2id and
//! argon2i, version 19, one lane, a salt of 16 bytes and a tag of 32.

use super::encoding::decode_base64;
use super::phc::number;

/// The parts of an Argon2 string.
pub(super) struct Argon2String {
    pub(super) algorithm: argon2::Algorithm,
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) salt: Vec<u8>,
    pub(super) tag: Vec<u8>,
}

impl Argon2String {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let mut fields = text.split('$');
        let (Some(""), Some(name)) = (fields.next(), fields.next()) else {
            return Err("an Argon2 hash starts with $argon2id$ or $argon2i$");
        };
        let algorithm = match name {
            "argon2id" => argon2::Algorithm::Argon2id,
            "argon2i" => argon2::Algorithm::Argon2i,
            "argon2d" => return Err("Auth0 checks argon2id and argon2i, not argon2d"),
            _ => return Err("an Argon2 hash starts with $argon2id$ or $argon2i$"),
        };
        let (Some(version), Some(parameters), Some(salt), Some(tag), None) =
            (fields.next(), fields.next(), fields.next(), fields.next(), fields.next())
        else {
            return Err("an Argon2 hash has five fields: name, version, parameters, salt and tag");
        };
        if version != "v=19" {
            return Err("Auth0 checks Argon2 of version 19 (v=19) only");
        }
        let mut numbers = parameters.split(',');
        let mut next = |name: &str| {
            numbers
                .next()?
                .split_once('=')
                .filter(|(key, _)| *key == name)
                .and_then(|(_, value)| number(value))
        };
        let (Some(memory_kib), Some(passes), Some(lanes)) = (next("m"), next("t"), next("p")) else {
            return Err("the parameters of an Argon2 hash are m=…,t=…,p=…");
        };
        if numbers.next().is_some() {
            return Err("the parameters of an Argon2 hash are m=…,t=…,p=…");
        }
        if lanes != 1 {
            return Err("Auth0 checks Argon2 with one lane (p=1) only");
        }
        if memory_kib < argon2::Params::MIN_M_COST || passes == 0 {
            return Err("the Argon2 hash names less memory or fewer passes than the algorithm has");
        }
        let salt = decode_base64(salt).filter(|salt| salt.len() == 16);
        let tag = decode_base64(tag).filter(|tag| tag.len() == 32);
        let (Some(salt), Some(tag)) = (salt, tag) else {
            return Err("Auth0 checks Argon2 with a salt of 16 bytes and a tag of 32 bytes only");
        };
        Ok(Self { algorithm, memory_kib, passes, salt, tag })
    }
}

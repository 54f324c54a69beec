//! Auth0's PBKDF2 strings: `$pbkdf2-<digest>$i=<iterations>,l=<length>$<salt>$<hash>`, base64 without `=`.

use super::digest::Digest;
use super::encoding::decode_base64;

/// The parts of a PBKDF2 string.
pub(super) struct Pbkdf2 {
    /// `None` for MDC-2, which Auth0 lists and no RustCrypto crate offers.
    pub(super) digest: Option<Digest>,
    pub(super) iterations: u32,
    pub(super) salt: Vec<u8>,
    pub(super) hash: Vec<u8>,
}

impl Pbkdf2 {
    /// Reads a string. `i` and `l` default to 100000 and 64, as Auth0 documents.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let rest = text.strip_prefix("$pbkdf2-").ok_or("a PBKDF2 hash starts with $pbkdf2-")?;
        let mut fields = rest.split('$');
        let name = fields.next().unwrap_or_default();
        let digest = digest(name).ok_or("the digest of the PBKDF2 hash is not one that Auth0 names")?;
        let mut next = fields.next().ok_or("the PBKDF2 hash has no salt")?;
        let (mut iterations, mut length) = (100_000, 64);
        if next.contains('=') {
            (iterations, length) = parameters(next)?;
            next = fields.next().ok_or("the PBKDF2 hash has no salt")?;
        }
        let hash = fields.next().ok_or("the PBKDF2 hash has no hash after its salt")?;
        if fields.next().is_some() {
            return Err("the PBKDF2 hash has more fields than four");
        }
        let salt = decode(next).ok_or("the salt of the PBKDF2 hash is not base64 without =")?;
        let hash = decode(hash).ok_or("the hash of the PBKDF2 hash is not base64 without =")?;
        if hash.len() != length {
            return Err("the PBKDF2 hash is not as long as its parameter l says");
        }
        Ok(Self { digest, iterations, salt, hash })
    }
}

fn parameters(text: &str) -> Result<(u32, usize), &'static str> {
    let (mut iterations, mut length) = (100_000, 64);
    for parameter in text.split(',') {
        match parameter.split_once('=') {
            Some(("i", value)) => {
                iterations = number(value).ok_or("parameter i of the PBKDF2 hash is not a number")?
            }
            Some(("l", value)) => {
                let value: u32 = number(value).ok_or("parameter l of the PBKDF2 hash is not a number")?;
                length = usize::try_from(value).unwrap_or(usize::MAX);
            }
            _ => return Err("the PBKDF2 hash has a parameter other than i and l"),
        }
    }
    if iterations == 0 || length == 0 {
        return Err("the parameters i and l of the PBKDF2 hash must be greater than zero");
    }
    Ok((iterations, length))
}

/// A decimal number without sign.
pub(super) fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.contains('=') { None } else { decode_base64(text) }
}

/// The digest that a name means; the inner `None` is MDC-2. The names are OpenSSL's, which ignores their case.
fn digest(name: &str) -> Option<Option<Digest>> {
    Some(match name.to_ascii_lowercase().as_str() {
        "md4" | "rsa-md4" | "md4withrsaencryption" => Some(Digest::Md4),
        "md5" | "rsa-md5" | "md5withrsaencryption" | "ssl3-md5" => Some(Digest::Md5),
        "ripemd160" | "ripemd" | "rmd160" | "rsa-ripemd160" | "ripemd160withrsa" => Some(Digest::Ripemd160),
        "sha1" | "rsa-sha1" | "rsa-sha1-2" | "sha1withrsaencryption" | "ssl3-sha1" => Some(Digest::Sha1),
        "sha224" | "rsa-sha224" | "sha224withrsaencryption" => Some(Digest::Sha224),
        "sha256" | "rsa-sha256" | "sha256withrsaencryption" => Some(Digest::Sha256),
        "sha384" | "rsa-sha384" | "sha384withrsaencryption" => Some(Digest::Sha384),
        "sha512" | "rsa-sha512" | "sha512withrsaencryption" => Some(Digest::Sha512),
        "whirlpool" => Some(Digest::Whirlpool),
        "mdc2" | "rsa-mdc2" | "mdc2withrsa" => None,
        _ => return None,
    })
}

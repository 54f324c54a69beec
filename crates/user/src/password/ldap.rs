//! RFC 2307 strings: `{SCHEME}base64(digest of password and salt, then salt)`.

use super::digest::Digest;
use super::encoding::decode_base64;

/// The parts of an RFC 2307 string.
pub(super) struct Ldap {
    pub(super) digest: Digest,
    pub(super) hash: Vec<u8>,
    /// Stands after the password. Empty for the schemes without salt.
    pub(super) salt: Vec<u8>,
}

impl Ldap {
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let (scheme, value) = text
            .strip_prefix('{')
            .and_then(|rest| rest.split_once('}'))
            .ok_or("an LDAP hash starts with its scheme in braces, such as {SSHA}")?;
        let (digest, salted) = match scheme.to_ascii_lowercase().as_str() {
            "md5" => (Digest::Md5, false),
            "smd5" => (Digest::Md5, true),
            "sha" | "sha1" => (Digest::Sha1, false),
            "ssha" | "ssha1" => (Digest::Sha1, true),
            "sha224" => (Digest::Sha224, false),
            "ssha224" => (Digest::Sha224, true),
            "sha256" => (Digest::Sha256, false),
            "ssha256" => (Digest::Sha256, true),
            "sha384" => (Digest::Sha384, false),
            "ssha384" => (Digest::Sha384, true),
            "sha512" => (Digest::Sha512, false),
            "ssha512" => (Digest::Sha512, true),
            "crypt" => return Err("Auth0 does not check the LDAP scheme {CRYPT}"),
            _ => return Err("Auth0 checks the LDAP schemes {MD5}, {SMD5}, {SHA…} and {SSHA…} only"),
        };
        let mut hash = decode_base64(value).ok_or("the LDAP hash is not base64 after its scheme")?;
        if hash.len() < digest.size() || (!salted && hash.len() != digest.size()) {
            return Err("the LDAP hash does not have the length of its scheme's digest");
        }
        let salt = hash.split_off(digest.size());
        Ok(Self { digest, hash, salt })
    }
}

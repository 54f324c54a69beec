//! The names of `custom_password_hash.algorithm`.

use serde::{Deserialize, Serialize};

use super::digest::Digest;

/// `custom_password_hash.algorithm`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// A PHC string of argon2id or argon2i.
    Argon2,
    /// A bcrypt string of any cost.
    Bcrypt,
    /// HMAC of the password under a key.
    Hmac,
    /// RFC 2307 `{SCHEME}base64`.
    Ldap,
    /// One round of MD4.
    Md4,
    /// One round of MD5.
    Md5,
    /// One round of SHA-1.
    Sha1,
    /// One round of SHA-256.
    Sha256,
    /// One round of SHA-512.
    Sha512,
    /// A PHC-like string of PBKDF2.
    Pbkdf2,
    /// scrypt, its parameters beside the hash.
    Scrypt,
}

impl Algorithm {
    /// Auth0's name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Argon2 => "argon2",
            Self::Bcrypt => "bcrypt",
            Self::Hmac => "hmac",
            Self::Ldap => "ldap",
            Self::Md4 => "md4",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
            Self::Pbkdf2 => "pbkdf2",
            Self::Scrypt => "scrypt",
        }
    }

    /// The digest of an algorithm that is one round of a digest.
    #[must_use]
    pub fn plain_digest(self) -> Option<Digest> {
        match self {
            Self::Md4 => Some(Digest::Md4),
            Self::Md5 => Some(Digest::Md5),
            Self::Sha1 => Some(Digest::Sha1),
            Self::Sha256 => Some(Digest::Sha256),
            Self::Sha512 => Some(Digest::Sha512),
            _ => None,
        }
    }
}

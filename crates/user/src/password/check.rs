//! What each algorithm demands of a `custom_password_hash`, beyond its JSON Schema.
//!
//! Source: Auth0, "Bulk User Import Database Schema and Examples", the section of each algorithm.

use super::algorithm::Algorithm;
use super::argon2id::Argon2String;
use super::bcrypt_string::BcryptString;
use super::custom::CustomPasswordHash;
use super::digest::Digest;
use super::encoding::Encoding;
use super::ldap::Ldap;
use super::phc::Pbkdf2;

/// Why Auth0 could never check a password against a hash. It holds no part of the hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct HashRefusal {
    reason: &'static str,
}

impl HashRefusal {
    pub(super) const fn new(reason: &'static str) -> Self {
        Self { reason }
    }

    /// A sentence for a person.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        self.reason
    }
}

impl CustomPasswordHash {
    /// Holds the parts against what their algorithm demands.
    ///
    /// # Errors
    /// [`HashRefusal`] names the first demand that is not met.
    pub fn check(&self) -> Result<(), HashRefusal> {
        self.check_encoding()
            .and_then(|()| self.check_salt())
            .and_then(|()| self.check_value())
            .map_err(HashRefusal::new)
    }

    fn check_encoding(&self) -> Result<(), &'static str> {
        match self.algorithm {
            Algorithm::Argon2 | Algorithm::Bcrypt | Algorithm::Ldap | Algorithm::Pbkdf2 => {
                match self.hash.encoding {
                    None | Some(Encoding::Utf8) => Ok(()),
                    Some(_) => Err("hash.encoding must be utf8 for argon2, bcrypt, ldap and pbkdf2"),
                }
            }
            _ => match self.hash.encoding {
                Some(Encoding::Base64 | Encoding::Hex) => Ok(()),
                _ => Err("hash.encoding must be base64 or hex for this algorithm"),
            },
        }
    }

    fn check_salt(&self) -> Result<(), &'static str> {
        let Some(salt) = &self.salt else { return Ok(()) };
        if matches!(self.algorithm, Algorithm::Argon2 | Algorithm::Ldap | Algorithm::Pbkdf2) {
            return Err("salt is not allowed for argon2, ldap and pbkdf2: the hash holds it");
        }
        salt.encoding
            .unwrap_or_default()
            .decode(&salt.value)
            .map(drop)
            .ok_or("salt.value is not of its encoding")
    }

    fn check_value(&self) -> Result<(), &'static str> {
        match self.algorithm {
            Algorithm::Argon2 => Argon2String::parse(&self.hash.value).map(drop),
            Algorithm::Ldap => Ldap::parse(&self.hash.value).map(drop),
            Algorithm::Pbkdf2 => Pbkdf2::parse(&self.hash.value).map(drop),
            Algorithm::Bcrypt => match BcryptString::parse(&self.hash.value) {
                Some(parts) if matches!(parts.version, "2a" | "2b" | "2y") => Ok(()),
                Some(_) => Err("Auth0 checks bcrypt of the versions $2a$, $2b$ and $2y$ only"),
                None => Err("the hash is not a bcrypt string"),
            },
            Algorithm::Hmac => {
                let digest = self.hash.digest.ok_or("hash.digest is required for hmac")?;
                let key = self.hash.key.as_ref().ok_or("hash.key is required for hmac")?;
                key.encoding
                    .unwrap_or_default()
                    .decode(&key.value)
                    .ok_or("hash.key.value is not of its encoding")?;
                self.check_length(digest.size())
            }
            Algorithm::Scrypt => self.check_scrypt(),
            Algorithm::Md4 | Algorithm::Md5 | Algorithm::Sha1 | Algorithm::Sha256 | Algorithm::Sha512 => {
                self.check_length(self.algorithm.plain_digest().map_or(0, Digest::size))
            }
        }
    }

    fn check_scrypt(&self) -> Result<(), &'static str> {
        let keylen = self.keylen.ok_or("keylen is required for scrypt")?;
        let keylen = usize::try_from(keylen)
            .ok()
            .filter(|&keylen| keylen > 0)
            .ok_or("keylen must be greater than zero")?;
        let cost = u64::try_from(self.cost.unwrap_or(16_384)).unwrap_or(0);
        if cost < 2 || !cost.is_power_of_two() {
            return Err("cost must be a power of two greater than one");
        }
        if self.block_size.is_some_and(|size| size < 1)
            || self.parallelization.is_some_and(|number| number < 1)
        {
            return Err("blockSize and parallelization must be greater than zero");
        }
        self.check_length(keylen)
    }

    fn check_length(&self, size: usize) -> Result<(), &'static str> {
        let hash = self.hash.encoding.unwrap_or_default().decode(&self.hash.value);
        match hash {
            None => Err("hash.value is not of its encoding"),
            Some(bytes) if bytes.len() != size => {
                Err("hash.value does not have the length that its algorithm gives")
            }
            Some(_) => Ok(()),
        }
    }
}

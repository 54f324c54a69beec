//! The digests that Auth0 names, each from its RustCrypto crate.

use hmac::{KeyInit as _, Mac as _, SimpleHmac};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

/// A digest function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Digest {
    /// MD4, 16 bytes.
    Md4,
    /// MD5, 16 bytes.
    Md5,
    /// RIPEMD-160, 20 bytes.
    Ripemd160,
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-224, 28 bytes.
    Sha224,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-384, 48 bytes.
    Sha384,
    /// SHA-512, 64 bytes.
    Sha512,
    /// Whirlpool, 64 bytes.
    Whirlpool,
}

/// Runs an expression with `$D` bound to the digest's type.
macro_rules! with_digest {
    ($digest:expr, $D:ident => $body:expr) => {
        match $digest {
            Digest::Md4 => {
                type $D = md4::Md4;
                $body
            }
            Digest::Md5 => {
                type $D = md5::Md5;
                $body
            }
            Digest::Ripemd160 => {
                type $D = ripemd::Ripemd160;
                $body
            }
            Digest::Sha1 => {
                type $D = sha1::Sha1;
                $body
            }
            Digest::Sha224 => {
                type $D = sha2::Sha224;
                $body
            }
            Digest::Sha256 => {
                type $D = sha2::Sha256;
                $body
            }
            Digest::Sha384 => {
                type $D = sha2::Sha384;
                $body
            }
            Digest::Sha512 => {
                type $D = sha2::Sha512;
                $body
            }
            Digest::Whirlpool => {
                type $D = whirlpool::Whirlpool;
                $body
            }
        }
    };
}

impl Digest {
    /// Auth0's name in `hash.digest`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Md4 => "md4",
            Self::Md5 => "md5",
            Self::Ripemd160 => "ripemd160",
            Self::Sha1 => "sha1",
            Self::Sha224 => "sha224",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
            Self::Whirlpool => "whirlpool",
        }
    }

    /// Length of the output, in bytes.
    #[must_use]
    pub fn size(self) -> usize {
        with_digest!(self, D => <D as sha2::Digest>::output_size())
    }

    /// The digest of the parts, one after the other.
    #[must_use]
    pub fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        with_digest!(self, D => {
            let mut state = D::new();
            for part in parts {
                sha2::Digest::update(&mut state, part);
            }
            state.finalize().to_vec()
        })
    }

    /// HMAC of the parts, one after the other, under `key`.
    #[must_use]
    pub fn hmac(self, key: &[u8], parts: &[&[u8]]) -> Option<Vec<u8>> {
        with_digest!(self, D => {
            let mut state = SimpleHmac::<D>::new_from_slice(key).ok()?;
            for part in parts {
                state.update(part);
            }
            Some(state.finalize().into_bytes().to_vec())
        })
    }

    /// PBKDF2 with HMAC of this digest. The caller bounds `iterations` and `length` (bytes).
    #[must_use]
    pub fn pbkdf2(self, password: &[u8], salt: &[u8], iterations: u32, length: usize) -> Option<Vec<u8>> {
        let mut out = vec![0; length];
        with_digest!(self, D => pbkdf2::pbkdf2::<hmac::Hmac<D>>(password, salt, iterations, &mut out).ok()?);
        Some(out)
    }
}

//! Drupal's `$S$` (SHA-512) and phpass' `$P$` and `$H$` (MD5): the digest of salt and password, then 2^n rounds of digest
//! and password.
//!
//! Source: phpass by Solar Designer, and Drupal 7's `includes/password.inc`. Texts that start with `U` were MD5 before:
//! Drupal 6's hashes, hashed again.

use md5::Md5;
use sha2::{Digest, Sha512};

use super::{Unverifiable, crypt64, equal};

/// Length of Drupal's texts, which are cut there.
const LENGTH: usize = 55;

/// Most rounds as a power of two. Source: Drupal's `DRUPAL_MAX_HASH_COUNT`.
const MOST: u32 = 30;

/// Holds a password against the text `$S$`, round character, 8 characters of salt, hash.
pub(super) fn verify(text: &str, password: &[u8]) -> Result<bool, Unverifiable> {
    let malformed = || Unverifiable::Malformed("not a text of Drupal or phpass");
    let (text, password) = match text.strip_prefix('U') {
        Some(rest) => (rest, hex::encode(Md5::digest(password)).into_bytes()),
        None => (text, password.to_vec()),
    };
    let rounds = text.as_bytes().get(3).copied().and_then(crypt64::value).filter(|rounds| *rounds <= MOST);
    let rounds = 1_u64 << rounds.ok_or_else(malformed)?;
    let salt = text.get(4..12).ok_or_else(malformed)?.as_bytes();
    let hash = text.get(12..).ok_or_else(malformed)?;
    let made = if text.starts_with("$S$") {
        let mut made = encode(&stretch::<Sha512>(salt, &password, rounds));
        made.truncate(LENGTH - 12);
        made
    } else {
        encode(&stretch::<Md5>(salt, &password, rounds))
    };
    Ok(equal(made.as_bytes(), hash.as_bytes()))
}

fn stretch<D: Digest>(salt: &[u8], password: &[u8], rounds: u64) -> Vec<u8> {
    let mut made = D::new().chain_update(salt).chain_update(password).finalize();
    for _ in 0..rounds {
        made = D::new().chain_update(&made).chain_update(password).finalize();
    }
    made.to_vec()
}

fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + 2);
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().rev().fold(0, |bits, byte| bits << 8 | u32::from(*byte));
        crypt64::push(&mut out, bits, chunk.len() + 1);
    }
    out
}

//! `$1$` and Apache's `$apr1$`: a thousand rounds of MD5.
//!
//! Source: the crypt(3) of FreeBSD, where the algorithm comes from.

use md5::{Digest as _, Md5};

use super::{Unverifiable, crypt64, equal};

/// Longest salt in bytes.
const SALT: usize = 8;

/// Holds a password against the text `$1$salt$hash`.
pub(super) fn verify(text: &str, password: &[u8]) -> Result<bool, Unverifiable> {
    let malformed = Unverifiable::Malformed("not a text of md5_crypt");
    let mut parts = text.split('$').skip(1);
    let (Some(id), Some(salt), Some(hash), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(malformed);
    };
    let made = digest(format!("${id}$").as_bytes(), salt.as_bytes(), password);
    Ok(equal(encode(&made).as_bytes(), hash.as_bytes()))
}

/// The digest of a password. `magic` is `$1$` or `$apr1$`.
pub(super) fn digest(magic: &[u8], salt: &[u8], password: &[u8]) -> [u8; 16] {
    let salt = salt.get(..SALT).unwrap_or(salt);
    let inner = Md5::new().chain_update(password).chain_update(salt).chain_update(password).finalize();
    let mut first = Md5::new().chain_update(password).chain_update(magic).chain_update(salt);
    for chunk in password.chunks(inner.len()) {
        first.update(inner.get(..chunk.len()).unwrap_or_default());
    }
    let mut length = password.len();
    while length > 0 {
        // A slip of the first implementation that everybody has to repeat.
        first.update([if length & 1 == 1 { 0 } else { password.first().copied().unwrap_or(0) }]);
        length >>= 1;
    }
    let mut made: [u8; 16] = first.finalize().into();
    for round in 0..1000 {
        let mut next = Md5::new();
        next.update(if round % 2 == 1 { password } else { &made });
        if round % 3 != 0 {
            next.update(salt);
        }
        if round % 7 != 0 {
            next.update(password);
        }
        next.update(if round % 2 == 1 { &made[..] } else { password });
        made = next.finalize().into();
    }
    made
}

fn encode(made: &[u8; 16]) -> String {
    let mut out = String::with_capacity(22);
    for [a, b, c] in [[0, 6, 12], [1, 7, 13], [2, 8, 14], [3, 9, 15], [4, 10, 5]] {
        let bits = u32::from(made[a]) << 16 | u32::from(made[b]) << 8 | u32::from(made[c]);
        crypt64::push(&mut out, bits, 4);
    }
    crypt64::push(&mut out, u32::from(made[11]), 2);
    out
}

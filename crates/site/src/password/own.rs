//! The hash that the site makes itself: for new passwords, and for imported ones at their first login.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha1::Sha1;

use super::Settings;
use crate::document::Document;
use crate::time;

/// The site's algorithm, as exports of real sites have it.
const ALGORITHM: &str = "pbkdf2";

/// Its rounds.
const ROUNDS: u32 = 3000;

/// Bytes of salt and of hash.
const BYTES: usize = 16;

/// A password object of the site's own, for a password that was set at `now_ms`.
pub(crate) fn make(password: &str, now_ms: i64) -> Value {
    let salt: [u8; BYTES] = rand::random();
    let mut hash = [0; BYTES];
    pbkdf2::pbkdf2_hmac::<Sha1>(password.as_bytes(), &salt, ROUNDS, &mut hash);
    json!({
        "hash": STANDARD.encode(hash),
        "hashSettings": {"algorithm": ALGORITHM, "rounds": ROUNDS, "salt": STANDARD.encode(salt)},
        "created": time::iso(now_ms),
    })
}

/// Whether a password object is as the site would make it.
pub(crate) fn is_own(password: &Document) -> bool {
    let settings = Settings::of(password);
    settings.algorithm == ALGORITHM
        && settings.rounds == Some(ROUNDS)
        && settings.format.is_none()
        && settings.binary_format.is_none()
        && !password.has("compoundHash")
}

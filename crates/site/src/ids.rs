//! New identifiers, in the shapes of Gigya's.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rand::RngExt as _;
use rand::distr::Alphanumeric;

/// 32 hexadecimal digits: a UID, the id of a call, of a dataflow, of a job.
pub(crate) fn hex32() -> String {
    hex::encode(rand::random::<[u8; 16]>())
}

/// The key of a site: `3_` and 64 characters of base64url.
pub(crate) fn api_key() -> String {
    format!("3_{}", URL_SAFE_NO_PAD.encode(rand::random::<[u8; 48]>()))
}

/// The key of an application: `A` and 11 letters and digits.
pub(crate) fn user_key() -> String {
    let rest: String = rand::rng().sample_iter(Alphanumeric).take(11).map(char::from).collect();
    format!("A{rest}")
}

/// The secret of an application: 32 bytes in base64.
pub(crate) fn secret() -> String {
    STANDARD.encode(rand::random::<[u8; 32]>())
}

//! New identifiers, in the shapes of Auth0's.

use rand::RngExt as _;
use rand::distr::Alphanumeric;

/// `length` random letters and digits.
#[must_use]
pub fn alphanumeric(length: usize) -> String {
    rand::rng().sample_iter(Alphanumeric).take(length).map(char::from).collect()
}

/// The id of a connection: `con_` and 16 alphanumerics.
#[must_use]
pub fn connection_id() -> String {
    format!("con_{}", alphanumeric(16))
}

/// The id of a job: `job_` and 16 alphanumerics.
#[must_use]
pub fn job_id() -> String {
    format!("job_{}", alphanumeric(16))
}

/// The id of a client grant: `cgr_` and 16 alphanumerics.
#[must_use]
pub fn grant_id() -> String {
    format!("cgr_{}", alphanumeric(16))
}

/// The id of an application: 32 alphanumerics.
#[must_use]
pub fn client_id() -> String {
    alphanumeric(32)
}

/// The secret of an application: 64 characters of base64url's alphabet.
#[must_use]
pub fn client_secret() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(rand::random::<[u8; 48]>())
}

/// The id that a user gets who brings none: 24 hex digits, the shape of a MongoDB `ObjectId`, time first.
#[must_use]
pub fn object_id(now_ms: i64) -> String {
    let seconds = u32::try_from(now_ms / 1000).unwrap_or(u32::MAX);
    let tail: [u8; 8] = rand::random();
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&seconds.to_be_bytes());
    bytes[4..].copy_from_slice(&tail);
    hex::encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_have_the_shapes_of_auth0s() {
        let is = |text: &str, pattern: &str| regex::Regex::new(pattern).unwrap().is_match(text);
        assert!(is(&connection_id(), "^con_[A-Za-z0-9]{16}$"));
        assert!(is(&job_id(), "^job_[A-Za-z0-9]{16}$"));
        assert!(is(&client_id(), "^[A-Za-z0-9]{32}$"));
        assert!(is(&client_secret(), "^[A-Za-z0-9_-]{64}$"));
        assert!(is(&object_id(1_674_668_896_647), "^63d16b60[0-9a-f]{16}$"));
    }
}

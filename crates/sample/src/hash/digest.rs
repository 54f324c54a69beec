//! Plain digests, over the four algorithms that Gigya has without rounds.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// The four algorithms, in the order in which a pool goes through them.
pub(crate) const ALGORITHMS: [&str; 4] = ["md5", "sha1", "sha256", "sha512"];

/// The digest of `input`; md5 for a name that is not one of [`ALGORITHMS`].
pub(crate) fn digest(algorithm: &str, input: &[u8]) -> Vec<u8> {
    match algorithm {
        "sha1" => Sha1::digest(input).to_vec(),
        "sha256" => Sha256::digest(input).to_vec(),
        "sha512" => Sha512::digest(input).to_vec(),
        _ => Md5::digest(input).to_vec(),
    }
}

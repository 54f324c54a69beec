//! `md5`, `sha1`, `sha256`, `sha512` over the filled-in template.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Settings, Unverifiable, template};

/// The digest, or nothing when the algorithm is another. More than one round hashes the digest again; what Gigya computes
/// there is not documented.
pub(super) fn compute(settings: &Settings, password: &str) -> Result<Option<Vec<u8>>, Unverifiable> {
    let repeat = match settings.algorithm.as_str() {
        "md5" => repeat::<Md5>,
        "sha1" => repeat::<Sha1>,
        "sha256" => repeat::<Sha256>,
        "sha512" => repeat::<Sha512>,
        _ => return Ok(None),
    };
    let filled = template::fill(settings, password)?;
    Ok(Some(repeat(&filled, settings.rounds.unwrap_or(1).max(1))))
}

fn repeat<D: Digest>(bytes: &[u8], rounds: u32) -> Vec<u8> {
    let mut made = D::digest(bytes);
    for _ in 1..rounds {
        made = D::digest(&made);
    }
    made.to_vec()
}

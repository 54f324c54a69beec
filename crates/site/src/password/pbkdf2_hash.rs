//! `pbkdf2` (HMAC-SHA1) and its variants. The length is that of the stored hash.

use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::{Settings, Unverifiable, template};

/// Most rounds that a login takes: some seconds.
const MOST_ROUNDS: u32 = 10_000_000;

/// The derived key, or nothing when the algorithm is another.
pub(super) fn compute(
    settings: &Settings,
    stored: &[u8],
    password: &str,
) -> Result<Option<Vec<u8>>, Unverifiable> {
    let derive: fn(&[u8], &[u8], u32, &mut [u8]) = match settings.algorithm.as_str() {
        "pbkdf2" | "pbkdf2_sha1" => pbkdf2::pbkdf2_hmac::<Sha1>,
        "pbkdf2_sha256" => pbkdf2::pbkdf2_hmac::<Sha256>,
        "pbkdf2_sha512" => pbkdf2::pbkdf2_hmac::<Sha512>,
        _ => return Ok(None),
    };
    let rounds = settings.rounds.filter(|rounds| (1..=MOST_ROUNDS).contains(rounds));
    let rounds = rounds.ok_or(Unverifiable::Malformed("PBKDF2 without a sensible number of rounds"))?;
    if !(8..=64).contains(&stored.len()) {
        return Err(Unverifiable::Malformed("PBKDF2 with a hash of less than 8 or more than 64 bytes"));
    }
    let mut made = vec![0; stored.len()];
    derive(&template::fill(settings, password)?, &settings.salt_bytes()?, rounds, &mut made);
    Ok(Some(made))
}

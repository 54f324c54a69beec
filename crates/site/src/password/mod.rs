//! Passwords held against stored hashes, in the site's own code: the world that judges a migration must not share the
//! code that migrates.
//!
//! Algorithms that no source defines (`sha512Hexa`, `sha1_hashbytes`, `md5_double_salted`, `symphony2`, `sap_abap`,
//! `crypt`) cannot be checked; logins to such accounts fail as with a wrong password.
//! Source: SAP Customer Data Cloud, "RaaS Import Guide"; for the rest the module of each algorithm names its own.

mod bcrypt_hash;
mod crypt64;
mod custom;
mod digest;
mod drupal;
mod md5_crypt;
mod own;
mod pbkdf2_hash;
mod template;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq as _;

pub(crate) use own::{is_own, make};

use crate::document::Document;

/// Base64 as customers have it: with padding, without, or with a wrong one.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Why no password can be held against a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unverifiable {
    /// No source says what the algorithm computes, or it is not known at all.
    #[error("the algorithm {0} cannot be computed")]
    Algorithm(String),
    /// The parts of the hash do not fit each other.
    #[error("the stored hash is malformed: {0}")]
    Malformed(&'static str),
    /// The service that decides could not be asked.
    #[error("the checker of custom passwords gave no answer: {0}")]
    Checker(String),
}

/// What stands in `hashSettings`.
#[derive(Debug, Default)]
struct Settings {
    algorithm: String,
    rounds: Option<u32>,
    salt: Option<String>,
    format: Option<String>,
    binary_format: Option<String>,
    url: Option<String>,
}

impl Settings {
    fn of(password: &Document) -> Self {
        let settings = password.object("hashSettings");
        let number = |name: &str| {
            settings
                .get::<u32>(name)
                .or_else(|| settings.text(name).and_then(|text| text.trim().parse().ok()))
        };
        Self {
            algorithm: settings.text("algorithm").unwrap_or_default().to_ascii_lowercase(),
            rounds: number("rounds"),
            salt: settings.text("salt"),
            format: settings.text("format"),
            binary_format: settings.text("binaryFormat"),
            url: settings.text("url").or_else(|| settings.text("URL")),
        }
    }

    /// The salt that stands there in base64.
    fn salt_bytes(&self) -> Result<Vec<u8>, Unverifiable> {
        let salt = self.salt.as_deref().ok_or(Unverifiable::Malformed("there is no salt"))?;
        decode(salt).ok_or(Unverifiable::Malformed("the salt is not base64"))
    }
}

/// Whether `given` is the password of the account. `password` is the account's `password`; an account without one has no
/// password that fits.
///
/// Takes up to some seconds; run it where that blocks nobody.
///
/// # Errors
/// [`Unverifiable`]: nobody can tell.
pub(crate) fn verify(password: &Document, given: &str) -> Result<bool, Unverifiable> {
    let settings = Settings::of(password);
    let hash = password.text("hash");
    if let Some(compound) =
        password.text("compoundHash").or_else(|| hash.clone().filter(|hash| hash.starts_with('$')))
    {
        return compound_hash(&compound, &settings, given);
    }
    let Some(hash) = hash else { return Ok(false) };
    if settings.algorithm == "custom" {
        return custom::verify(&hash, &settings, given);
    }
    let stored = decode(&hash).ok_or(Unverifiable::Malformed("the hash is not base64"))?;
    if let Some(made) = digest::compute(&settings, given)? {
        return Ok(equal(&made, &stored));
    }
    if let Some(made) = pbkdf2_hash::compute(&settings, &stored, given)? {
        return Ok(equal(&made, &stored));
    }
    match settings.algorithm.as_str() {
        "bcrypt" => bcrypt_hash::raw(&settings, &stored, given),
        "md5_crypt" => {
            let made = md5_crypt::digest(b"$1$", &settings.salt_bytes()?, given.as_bytes());
            Ok(equal(&made, &stored))
        }
        _ => Err(Unverifiable::Algorithm(settings.algorithm)),
    }
}

/// A text that says itself what it is.
fn compound_hash(text: &str, settings: &Settings, given: &str) -> Result<bool, Unverifiable> {
    let given = template::fill(settings, given)?;
    let id = text.trim_start_matches('U').split('$').nth(1).unwrap_or_default();
    match id {
        "1" | "apr1" => md5_crypt::verify(text, &given),
        "S" | "P" | "H" => drupal::verify(text, &given),
        "2a" | "2b" | "2y" => bcrypt_hash::verify(text, &given),
        _ => Err(Unverifiable::Algorithm(format!("${id}$"))),
    }
}

/// Bytes of a digest or a salt: base64 with either alphabet, or the hexadecimal digits of a whole digest, which imports
/// leave behind although Gigya asks for base64.
fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    if matches!(text.len(), 32 | 40 | 64 | 128)
        && let Ok(bytes) = hex::decode(text)
    {
        return Some(bytes);
    }
    LENIENT.decode(text.replace('-', "+").replace('_', "/").trim_end_matches('=')).ok()
}

/// Compares in a time that depends on the length alone.
fn equal(made: &[u8], stored: &[u8]) -> bool {
    made.ct_eq(stored).into()
}

#[cfg(test)]
mod tests;

//! Holds a password against a hash, as Auth0 does at the first login.

mod bcrypt;
mod scrypt;

use super::PasswordHash;
use super::algorithm::Algorithm;
use super::argon2id::Argon2String;
use super::check::HashRefusal;
use super::custom::CustomPasswordHash;
use super::encoding::Position;
use super::ldap::Ldap;
use super::limits::{
    MAX_ARGON2_MEMORY_KIB, MAX_ARGON2_WORK, MAX_KEY_LENGTH, MAX_PBKDF2_ITERATIONS, MAX_PBKDF2_WORK,
};
use super::phc::Pbkdf2;

/// Why no password can be held against a hash. A login then fails, as it does with a wrong password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The parts of the hash do not fit each other.
    #[error("the stored hash cannot be checked: {0}")]
    Refused(HashRefusal),
    /// The parameters ask for more time or memory than a login may take.
    #[error("the stored hash asks for more {0} than a login may take")]
    TooCostly(&'static str),
    /// Auth0 names the digest, and it is not offered here.
    #[error("the stored hash uses MDC-2, which is not offered")]
    Unsupported,
}

impl From<&'static str> for VerifyError {
    fn from(reason: &'static str) -> Self {
        Self::Refused(HashRefusal::new(reason))
    }
}

/// Whether `password` is the one that `hash` was made of.
///
/// Takes up to some seconds for the costliest hashes that the limits of this module allow; run it where that blocks nobody.
///
/// # Errors
/// [`VerifyError`]: no password can be held against this hash.
pub fn verify(hash: &PasswordHash, password: &str) -> Result<bool, VerifyError> {
    match hash {
        PasswordHash::Bcrypt(text) => bcrypt::verify(text, password.as_bytes()),
        PasswordHash::Custom(custom) => {
            custom.check().map_err(VerifyError::Refused)?;
            verify_custom(custom, password)
        }
    }
}

fn verify_custom(custom: &CustomPasswordHash, password: &str) -> Result<bool, VerifyError> {
    let password = custom.password_encoding().encode(password);
    let password = password.as_ref();
    let value = custom.hash.value.as_str();
    match custom.algorithm {
        Algorithm::Argon2 => argon2(&Argon2String::parse(value)?, password),
        Algorithm::Bcrypt => bcrypt::verify(value, &salted(custom, password)?.concat()),
        Algorithm::Pbkdf2 => pbkdf2(&Pbkdf2::parse(value)?, password),
        Algorithm::Ldap => {
            let ldap = Ldap::parse(value)?;
            Ok(equal(&ldap.digest.digest(&[password, &ldap.salt]), &ldap.hash))
        }
        Algorithm::Scrypt => scrypt::verify(custom, password),
        Algorithm::Hmac => {
            let digest = custom.hash.digest.ok_or("hash.digest is missing")?;
            let key = custom.hash.key.as_ref().ok_or("hash.key is missing")?;
            let key = key
                .encoding
                .unwrap_or_default()
                .decode(&key.value)
                .ok_or("hash.key.value is not of its encoding")?;
            let parts = salted(custom, password)?;
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            Ok(digest.hmac(&key, &parts).is_some_and(|made| matches(custom, &made)))
        }
        Algorithm::Md4 | Algorithm::Md5 | Algorithm::Sha1 | Algorithm::Sha256 | Algorithm::Sha512 => {
            let digest = custom.algorithm.plain_digest().ok_or("the algorithm is not a digest")?;
            let parts = salted(custom, password)?;
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            Ok(matches(custom, &digest.digest(&parts)))
        }
    }
}

/// Salt and password in the order in which they were hashed.
fn salted(custom: &CustomPasswordHash, password: &[u8]) -> Result<[Vec<u8>; 2], VerifyError> {
    let Some(salt) = &custom.salt else { return Ok([Vec::new(), password.to_vec()]) };
    let bytes = salt
        .encoding
        .unwrap_or_default()
        .decode(&salt.value)
        .ok_or("salt.value is not of its encoding")?
        .into_owned();
    Ok(match salt.position.unwrap_or_default() {
        Position::Prefix => [bytes, password.to_vec()],
        Position::Suffix => [password.to_vec(), bytes],
    })
}

fn argon2(parts: &Argon2String, password: &[u8]) -> Result<bool, VerifyError> {
    if parts.memory_kib > MAX_ARGON2_MEMORY_KIB {
        return Err(VerifyError::TooCostly("memory"));
    }
    if u64::from(parts.memory_kib) * u64::from(parts.passes) > MAX_ARGON2_WORK {
        return Err(VerifyError::TooCostly("time"));
    }
    let parameters = argon2::Params::new(parts.memory_kib, parts.passes, 1, Some(parts.tag.len()))
        .map_err(|_| "the parameters of the Argon2 hash are not possible")?;
    let mut made = vec![0; parts.tag.len()];
    argon2::Argon2::new(parts.algorithm, argon2::Version::V0x13, parameters)
        .hash_password_into(password, &parts.salt, &mut made)
        .map_err(|_| "the parameters of the Argon2 hash are not possible")?;
    Ok(equal(&made, &parts.tag))
}

fn pbkdf2(parts: &Pbkdf2, password: &[u8]) -> Result<bool, VerifyError> {
    let digest = parts.digest.ok_or(VerifyError::Unsupported)?;
    let length = parts.hash.len();
    let blocks = u64::try_from(length.div_ceil(digest.size())).unwrap_or(u64::MAX);
    if parts.iterations > MAX_PBKDF2_ITERATIONS
        || length > MAX_KEY_LENGTH
        || blocks * u64::from(parts.iterations) > MAX_PBKDF2_WORK
    {
        return Err(VerifyError::TooCostly("time"));
    }
    let made = digest.pbkdf2(password, &parts.salt, parts.iterations, length);
    Ok(made.is_some_and(|made| equal(&made, &parts.hash)))
}

/// Whether `made` is what `hash.value` stands for.
fn matches(custom: &CustomPasswordHash, made: &[u8]) -> bool {
    custom
        .hash
        .encoding
        .unwrap_or_default()
        .decode(&custom.hash.value)
        .is_some_and(|stored| equal(made, &stored))
}

/// Compares in a time that depends on the length alone.
fn equal(one: &[u8], other: &[u8]) -> bool {
    let difference =
        one.iter().zip(other).fold(0, |difference, (a, b)| std::hint::black_box(difference | (a ^ b)));
    one.len() == other.len() && difference == 0
}

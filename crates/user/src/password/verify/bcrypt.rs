//! bcrypt, with whatever salt of Auth0's stands in the input.

use super::super::bcrypt_string::BcryptString;
use super::super::limits::MAX_BCRYPT_COST;
use super::{VerifyError, equal};

/// bcrypt reads this many bytes of its input, the closing NUL among them.
const INPUT: usize = 72;

/// `input` is the password with its salt. As Node's bcrypt does, bytes beyond the 72nd are not read.
pub(super) fn verify(text: &str, input: &[u8]) -> Result<bool, VerifyError> {
    let parts = BcryptString::parse(text).ok_or("the hash is not a bcrypt string")?;
    if parts.cost > MAX_BCRYPT_COST {
        return Err(VerifyError::TooCostly("time"));
    }
    if parts.version == "2x" {
        return Err("bcrypt of version $2x$ is not checked".into());
    }
    let mut key: Vec<u8> = input.iter().copied().take(INPUT).collect();
    // The oldest version, $2$, leaves the closing NUL out.
    if key.len() < INPUT && (parts.version != "2" || key.is_empty()) {
        key.push(0);
    }
    let made = bcrypt::bcrypt(parts.cost, parts.salt, &key);
    Ok(equal(made.get(..parts.hash.len()).unwrap_or_default(), &parts.hash))
}

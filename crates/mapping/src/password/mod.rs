//! Gigya's password hashes in Auth0's words. A hash is translated, never recomputed: pure and total, any input gives a
//! hash or a reason.
//!
//! Source of Gigya's side: SAP Customer Data Cloud, "RaaS Import Guide" and "Password object" (algorithms, `format`,
//! `binaryFormat`); of Auth0's side: "Bulk User Import Database Schema and Examples".

mod binary;
mod format;
mod mcf;
mod pbkdf2;
mod plain;
mod raw_bcrypt;
mod reason;
mod stored;
mod template;

use account::Password;
use user::password::PasswordHash;

pub use reason::{HashCode, Untranslatable};

/// Translates a password into a hash that Auth0 imports; `None` if the account has none.
///
/// An MCF string (`compoundHash`, or a `hash` that starts with `$`) says itself what it is; otherwise
/// `hashSettings.algorithm` does.
///
/// # Errors
/// [`Untranslatable`] says why not. Its reason holds no part of hash or salt.
pub fn translate(password: &Password<'_>) -> Result<Option<PasswordHash>, Untranslatable> {
    let algorithm = given(password.algorithm.as_deref());
    let hash = given(password.hash.as_deref());
    if let Some(text) = given(password.compound_hash.as_deref()).or(hash.filter(|hash| hash.starts_with('$')))
    {
        return mcf::translate(text, password).map(Some);
    }
    if algorithm.is_some_and(|name| name.eq_ignore_ascii_case("custom")) {
        return Err(Untranslatable::unknown(
            "the hash algorithm is custom: an HTTP service of the site checks the password",
        ));
    }
    let Some(hash) = hash else { return Ok(None) };
    let Some(algorithm) = algorithm else {
        return Err(Untranslatable::unknown("the account names no hash algorithm"));
    };
    if let Some(digest) = plain::algorithm(algorithm) {
        return plain::translate(digest, hash, password).map(Some);
    }
    if let Some(digest) = pbkdf2::digest(algorithm) {
        return pbkdf2::translate(digest, hash, password).map(Some);
    }
    if algorithm.eq_ignore_ascii_case("bcrypt") {
        return raw_bcrypt::translate(hash, password).map(Some);
    }
    Err(reason::unknown_algorithm(algorithm))
}

/// A setting that is there and not blank.
fn given(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

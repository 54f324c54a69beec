//! Strings that say themselves what they are: `$2b$…`, `$argon2id$…`, `$pbkdf2-…`, and those without a counterpart.

use account::Password;
use user::password::{Algorithm, CustomPasswordHash, MAX_BCRYPT_COST, PasswordHash, is_password_hash};

use super::reason::Untranslatable;
use super::template::Template;

/// Translates an MCF string.
pub(super) fn translate(text: &str, password: &Password<'_>) -> Result<PasswordHash, Untranslatable> {
    let id = text.strip_prefix('$').and_then(|rest| rest.split_once('$')).map_or("", |(id, _)| id);
    match id {
        "2a" | "2b" | "2y" => bcrypt(text, password),
        "2" | "2x" => Err(Untranslatable::not_expressible(
            "bcrypt of the versions $2$ and $2x$; Auth0 takes $2a$, $2b$ and $2y$",
        )),
        "argon2id" | "argon2i" => checked(Algorithm::Argon2, text, password),
        "argon2d" => Err(Untranslatable::not_expressible("Auth0 checks argon2id and argon2i, not argon2d")),
        "1" | "apr1" => Err(none("md5_crypt (1,000 rounds of MD5)")),
        "S" => Err(none("Drupal's hash (many rounds of SHA-512 in an encoding of its own)")),
        "P" | "H" => Err(none("phpass (many rounds of MD5)")),
        "5" => Err(none("sha256_crypt (many rounds of SHA-256)")),
        "6" => Err(none("sha512_crypt (many rounds of SHA-512)")),
        "y" | "gy" | "7" | "scrypt" => Err(none("yescrypt or scrypt in crypt's encoding")),
        _ if id.starts_with("pbkdf2-") => checked(Algorithm::Pbkdf2, text, password),
        _ => Err(Untranslatable::unknown("the prefix of the hash string is not known")),
    }
}

fn none(what: &str) -> Untranslatable {
    Untranslatable::unknown(format!("Auth0 has no counterpart of {what}"))
}

fn bcrypt(text: &str, password: &Password<'_>) -> Result<PasswordHash, Untranslatable> {
    let template = Template::of(password)?;
    if template.is_plain() && is_password_hash(text) {
        return Ok(PasswordHash::Bcrypt(text.to_owned()));
    }
    let mut hash = CustomPasswordHash::new(Algorithm::Bcrypt, text.to_owned(), None);
    if hash.check().is_err() {
        return Err(Untranslatable::malformed(
            "the bcrypt string does not have the shape $2b$<cost>$<53 characters>",
        ));
    }
    let cost = text.split('$').nth(2).and_then(|cost| cost.parse::<u32>().ok());
    if cost.is_none_or(|cost| cost > MAX_BCRYPT_COST) {
        return Err(Untranslatable::not_expressible("the bcrypt hash has more rounds than a login may take"));
    }
    template.apply(&mut hash);
    Ok(PasswordHash::Custom(Box::new(hash)))
}

/// A string that Auth0 takes as it stands, where its limits fit.
fn checked(
    algorithm: Algorithm,
    text: &str,
    password: &Password<'_>,
) -> Result<PasswordHash, Untranslatable> {
    if !Template::of(password)?.is_plain() {
        return Err(Untranslatable::not_expressible(
            "a template beside a hash string of this kind; Auth0 takes the password alone",
        ));
    }
    let hash = CustomPasswordHash::new(algorithm, text.to_owned(), None);
    match hash.check() {
        Ok(()) => Ok(PasswordHash::Custom(Box::new(hash))),
        Err(refusal) => Err(Untranslatable::not_expressible(refusal.reason())),
    }
}

//! `md5`, `sha1`, `sha256`, `sha512`: one round of a digest over the filled-in template.

use account::Password;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use user::password::{Algorithm, CustomPasswordHash, Encoding, PasswordHash};

use super::reason::Untranslatable;
use super::stored;
use super::template::Template;

/// The algorithm that Gigya's name means, if it is a plain digest.
pub(super) fn algorithm(name: &str) -> Option<Algorithm> {
    [Algorithm::Md5, Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512]
        .into_iter()
        .find(|algorithm| name.eq_ignore_ascii_case(algorithm.as_str()))
}

/// Translates a digest. `rounds` absent, 0 or 1 is one round; what more rounds compute is not documented, and Auth0
/// knows one only.
pub(super) fn translate(
    algorithm: Algorithm,
    hash: &str,
    password: &Password<'_>,
) -> Result<PasswordHash, Untranslatable> {
    if stored::rounds(password.rounds.as_deref())?.is_some_and(|rounds| rounds > 1) {
        return Err(Untranslatable::not_expressible(format!(
            "{} is repeated; Auth0 knows one round only",
            algorithm.as_str()
        )));
    }
    let template = Template::of(password)?;
    let size = algorithm.plain_digest().map_or(0, user::password::Digest::size);
    let digest = stored::digest(hash, &[size])?.into_bytes();
    if digest.len() != size {
        return Err(Untranslatable::malformed(format!(
            "the stored hash has {} bytes; {} gives {size}",
            digest.len(),
            algorithm.as_str()
        )));
    }
    let mut hash = CustomPasswordHash::new(algorithm, STANDARD.encode(digest), Some(Encoding::Base64));
    template.apply(&mut hash);
    Ok(PasswordHash::Custom(Box::new(hash)))
}

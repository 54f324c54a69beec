//! `pbkdf2` and its variants: to `$pbkdf2-<digest>$i=<rounds>,l=<bytes>$<salt>$<hash>`.

use account::Password;
use user::password::{Algorithm, CustomPasswordHash, Digest, MAX_PBKDF2_ITERATIONS, PasswordHash};

use super::reason::Untranslatable;
use super::template::Template;
use super::{given, stored};

/// The digest of HMAC that Gigya's name means. `pbkdf2` alone is SHA-1.
pub(super) fn digest(name: &str) -> Option<Digest> {
    [
        ("pbkdf2", Digest::Sha1),
        ("pbkdf2_sha1", Digest::Sha1),
        ("pbkdf2_sha256", Digest::Sha256),
        ("pbkdf2_sha512", Digest::Sha512),
    ]
    .into_iter()
    .find_map(|(known, digest)| name.eq_ignore_ascii_case(known).then_some(digest))
}

/// Translates a PBKDF2 hash; the key length is that of the stored bytes, 16 to 64.
///
/// `rounds` and `salt` are needed: Gigya documents no default for either, and a guess would import a hash that no
/// password opens. Absent, they make the hash malformed.
pub(super) fn translate(
    digest: Digest,
    hash: &str,
    password: &Password<'_>,
) -> Result<PasswordHash, Untranslatable> {
    let rounds = match stored::rounds(password.rounds.as_deref())? {
        None | Some(0) => {
            return Err(Untranslatable::malformed("the PBKDF2 hash has no rounds, and there is no default"));
        }
        Some(rounds) if rounds > u64::from(MAX_PBKDF2_ITERATIONS) => {
            return Err(Untranslatable::not_expressible(
                "the PBKDF2 hash has more rounds than a login may take",
            ));
        }
        Some(rounds) => rounds,
    };
    if !Template::of(password)?.is_plain() {
        return Err(Untranslatable::not_expressible(
            "the PBKDF2 hash has a template; Auth0 takes the password alone, as UTF-8",
        ));
    }
    let salt = given(password.salt.as_deref())
        .ok_or_else(|| Untranslatable::malformed("the PBKDF2 hash has no salt"))?;
    let salt = stored::base64_salt(salt)?;
    let hash = stored::digest(hash, &[16, 20, 32, 64])?;
    if !(16..=64).contains(&hash.len()) {
        return Err(Untranslatable::malformed(format!(
            "the stored hash has {} bytes; PBKDF2 hashes have 16 to 64",
            hash.len()
        )));
    }
    let mut text = String::with_capacity(48 + (salt.len() + hash.len()) / 3 * 4);
    text.push_str("$pbkdf2-");
    text.push_str(digest.as_str());
    text.push_str("$i=");
    push_decimal(rounds, &mut text);
    text.push_str(",l=");
    push_decimal(hash.len() as u64, &mut text);
    text.push('$');
    salt.push_base64(&mut text);
    text.push('$');
    hash.push_base64(&mut text);
    Ok(PasswordHash::Custom(Box::new(CustomPasswordHash::new(Algorithm::Pbkdf2, text, None))))
}

/// Appends a number.
fn push_decimal(mut number: u64, out: &mut String) {
    let mut digits = [0_u8; 20];
    let mut count = 0;
    while count == 0 || number > 0 {
        digits[count] = (number % 10) as u8;
        number /= 10;
        count += 1;
    }
    out.extend(digits[..count].iter().rev().map(|&digit| char::from(b'0' + digit)));
}

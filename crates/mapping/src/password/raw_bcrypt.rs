//! `bcrypt` as raw bytes beside salt and rounds, instead of the usual string. Gigya documents the form and discourages it.

use account::Password;
use user::password::{MAX_BCRYPT_COST, PasswordHash, bcrypt_from_raw};

use super::reason::Untranslatable;
use super::{given, mcf, stored};

/// Puts the string together. `rounds` is 2^cost.
pub(super) fn translate(hash: &str, password: &Password<'_>) -> Result<PasswordHash, Untranslatable> {
    let rounds = stored::rounds(password.rounds.as_deref())?.ok_or_else(|| {
        Untranslatable::malformed("the raw bcrypt hash has no rounds, and there is no default")
    })?;
    if !rounds.is_power_of_two() || rounds < 16 {
        return Err(Untranslatable::malformed(
            "the rounds of the bcrypt hash are not a power of two from 16 on",
        ));
    }
    if rounds.ilog2() > MAX_BCRYPT_COST {
        return Err(Untranslatable::not_expressible("the bcrypt hash has more rounds than a login may take"));
    }
    let salt = given(password.salt.as_deref())
        .ok_or_else(|| Untranslatable::malformed("the raw bcrypt hash has no salt"))?;
    let salt = stored::base64_salt(salt)?.into_bytes();
    let hash = stored::digest(hash, &[23, 24])?.into_bytes();
    let text = bcrypt_from_raw(rounds.ilog2(), &salt, &hash);
    let text = text.ok_or_else(|| {
        Untranslatable::malformed("the raw bcrypt hash needs 16 bytes of salt and 23 or 24 of hash")
    })?;
    mcf::translate(&text, password)
}

//! What to do about a refusal, and which refusals pass. Source of the codes: Gigya, "Response Codes and Errors".

use crate::Refusal;

/// Too many calls in this second. The call was not carried out.
pub(crate) const RATE_LIMIT: i64 = 403_048;
/// The time-stamp or token is too old or too new.
pub(crate) const EXPIRED: i64 = 403_002;

/// Whether the same call may work in a moment; and if so, whether it may have been carried out all the same.
pub(crate) fn passes(code: i64) -> Option<bool> {
    match code {
        // Refused at the door: too many at once.
        409_030 | 503_001 => Some(false),
        // A nonce that was seen before: something on the way has sent the call twice.
        403_004 => Some(true),
        // Errors inside, and calls that took too long there.
        500_000 | 500_001 | 500_026 | 500_028 | 504_001 | 504_002 => Some(true),
        _ => None,
    }
}

/// A sentence that helps.
pub(crate) fn advice(refusal: &Refusal) -> Option<String> {
    let text = match refusal.code {
        301_001 if refusal.domain.is_empty() => "the site is in another data center",
        301_001 => {
            let name = refusal.domain.strip_suffix(".gigya.com").unwrap_or(&refusal.domain);
            return Some(format!("the site is in the data center {name}: name that one"));
        }
        400_093 => "no site here has this API key: check GIGYA_API_KEY and the data center",
        400_006 if refusal.details.to_lowercase().contains("apikey") => {
            "no site here has this API key: check GIGYA_API_KEY and the data center"
        }
        EXPIRED => "the clock of this machine differs from the site's by more than the site allows",
        403_003 | 403_010 => "the secret is not that of the user key: check GIGYA_SECRET and GIGYA_USER_KEY",
        400_008 => "the private key is not that of the user key: check GIGYA_PRIVATE_KEY and GIGYA_USER_KEY",
        // It stands for an unknown UID, too. Source: SAP Help, accounts.getAccountInfo, and the table of codes.
        403_005 if refusal.known && refusal.of_uid => {
            "the site has no account with this UID, or the application may not do this"
        }
        403_005 if refusal.of_uid => {
            "the site does not know this user key, or has no account with this UID: check GIGYA_USER_KEY"
        }
        403_005 if refusal.known => "the application may not do this",
        403_005 => "the site does not know this user key: check GIGYA_USER_KEY",
        403_006 => "a secret is taken over https only",
        403_007 | 403_022..=403_026 => {
            "the application may not do this: give its permission group the right in the console \
             (to read accounts and password hashes)"
        }
        _ => return None,
    };
    Some(text.to_owned())
}

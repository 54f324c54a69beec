//! `mfa_factors`.

use serde_json::{Map, Value};

use super::email::email_format;
use super::identifiers::phone;
use super::violations::Basis;

/// Most factors of a user.
pub const MFA_FACTORS_MAX: usize = 10;

/// Whether Auth0 takes the factors: 1 to 10, each with one of `totp`, `phone` and `email`.
///
/// # Errors
/// Where it stands that something is wrong, and a sentence for a person.
pub fn mfa_factors(factors: &Value) -> Result<(), (Basis, &'static str)> {
    let schema = |reason| (Basis::Schema, reason);
    let factors = factors.as_array().ok_or(schema("mfa_factors is not an array"))?;
    if factors.is_empty() || factors.len() > MFA_FACTORS_MAX {
        return Err(schema("mfa_factors has between 1 and 10 members"));
    }
    let mut empty = false;
    for factor in factors {
        let factor = factor.as_object().ok_or(schema("a member of mfa_factors is not an object"))?;
        if factor.len() > 1 {
            return Err(schema("a member of mfa_factors has more than one kind of factor"));
        }
        for (kind, settings) in factor {
            one(kind, settings).map_err(schema)?;
        }
        empty |= factor.is_empty();
    }
    // The schema lets it pass; it is no factor.
    if empty { Err((Basis::Documentation, "a member of mfa_factors has no factor")) } else { Ok(()) }
}

fn one(kind: &str, settings: &Value) -> Result<(), &'static str> {
    let (name, fits): (_, fn(&str) -> bool) = match kind {
        "totp" => ("secret", |secret| {
            !secret.is_empty() && secret.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
        }),
        "phone" => ("value", phone),
        "email" => ("value", email_format),
        _ => return Err("a factor is totp, phone or email"),
    };
    let settings: &Map<String, Value> =
        settings.as_object().ok_or("the settings of a factor are not an object")?;
    let value = settings.get(name).and_then(Value::as_str).ok_or("a factor lacks its secret or value")?;
    if settings.len() > 1 {
        return Err("a factor has settings other than its secret or value");
    }
    if fits(value) { Ok(()) } else { Err("the secret or value of a factor does not have its form") }
}

//! `Authorization: Bearer`: a JSON Web Token signed with the private key of an application.

use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;

use super::{Nonces, fresh, milliseconds};
use crate::codes;
use crate::error::ApiError;
use crate::keys::Keys;

#[derive(Deserialize)]
struct Claims {
    /// When it was made: seconds since 1970.
    iat: i64,
    /// Fresh for each call: a text, or a number with the npm client.
    jti: serde_json::Value,
}

/// Passes a token of the site's application.
///
/// # Errors
/// 400008 when it cannot be read, 403005 for an unknown user key (`kid`), 403003 for a wrong signature, 403002 for a
/// time that is too far off, 403004 when it was used before.
pub(super) fn check(authorization: &str, keys: &Keys, nonces: &Nonces, now_ms: i64) -> Result<(), ApiError> {
    let unreadable = |details: &str| ApiError::new(codes::INVALID_AUTHENTICATION_HEADER, details);
    let token = authorization
        .split_once(' ')
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| unreadable("Authorization: expected Bearer and a token"))?;
    let header = jsonwebtoken::decode_header(token)
        .map_err(|_| unreadable("Authorization: the token is not a JSON Web Token"))?;
    if header.alg != Algorithm::RS256 {
        return Err(unreadable("Authorization: the token is not signed with RS256"));
    }
    if header.kid.as_deref() != Some(keys.user_key.as_str()) {
        return Err(ApiError::plain(codes::UNAUTHORIZED_USER));
    }
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims: Claims = match jsonwebtoken::decode(token, &keys.public, &validation) {
        Ok(token) => token.claims,
        Err(error) if matches!(error.kind(), jsonwebtoken::errors::ErrorKind::InvalidSignature) => {
            return Err(ApiError::plain(codes::INVALID_SIGNATURE));
        }
        Err(_) => return Err(unreadable("Authorization: the token needs iat and jti")),
    };
    fresh(milliseconds(claims.iat), now_ms)?;
    nonces.take(&claims.jti.to_string(), now_ms)
}

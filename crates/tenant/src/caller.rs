//! Who calls the Management API: the bearer token and its scopes.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::Deserialize;

use crate::error::ApiError;
use crate::state::AppState;

/// The claims of an access token that the tenant itself looks at.
#[derive(Debug, Deserialize)]
struct Claims {
    #[serde(default)]
    sub: String,
    #[serde(default)]
    aud: Audience,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    exp: i64,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Default for Audience {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Audience {
    fn any(&self, matches: impl Fn(&str) -> bool) -> bool {
        match self {
            Self::One(audience) => matches(audience),
            Self::Many(audiences) => audiences.iter().any(|audience| matches(audience)),
        }
    }
}

/// A caller whose token is good: signed by this tenant, for its Management API, not expired.
#[derive(Debug, Clone)]
pub struct Caller {
    subject: String,
    scope: String,
}

impl Caller {
    /// The subject of the token: `CLIENT_ID@clients`.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Passes when the token has at least one of the scopes.
    ///
    /// # Errors
    /// 403 `insufficient_scope` otherwise.
    pub fn require(&self, scopes: &[&str]) -> Result<(), ApiError> {
        if self.scope.split_ascii_whitespace().any(|held| scopes.contains(&held)) {
            return Ok(());
        }
        let message = format!("Insufficient scope, expected any of: {}", scopes.join(","));
        Err(ApiError::new(StatusCode::FORBIDDEN, message).code("insufficient_scope"))
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
            return Err(ApiError::new(StatusCode::UNAUTHORIZED, "Missing authentication"));
        };
        // The code `Bearer` is inferred from reports of users; the text is Auth0's.
        let malformed = || ApiError::bad_request("Bad HTTP authentication header format").code("Bearer");
        let token = value.to_str().ok().and_then(bearer).ok_or_else(malformed)?;
        if token.split('.').count() != 3 {
            return Err(malformed());
        }
        let invalid = |message: &str| ApiError::new(StatusCode::UNAUTHORIZED, message);
        let claims: Claims = state.keys().verify(token).map_err(|_| invalid("Invalid token"))?;
        if claims.exp.saturating_mul(1000) <= state.now_ms() {
            return Err(invalid("Expired token received for JSON Web Token validation"));
        }
        let host = host(parts);
        if !claims.aud.any(|audience| state.is_management_api(audience, &host)) {
            let expected = format!("{}api/v2/", state.issuer(&host));
            return Err(invalid(&format!("Bad audience: expected {expected}")));
        }
        Ok(Self { subject: claims.sub, scope: claims.scope })
    }
}

/// The token of an `Authorization` header with the scheme `Bearer`, in any case.
pub(crate) fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && !token.contains(' ')).then_some(token)
}

/// The name by which the client calls the tenant.
pub(crate) fn host(parts: &Parts) -> String {
    host_of(&parts.headers)
}

/// The `Host` header, or `localhost`.
pub(crate) fn host_of(headers: &axum::http::HeaderMap) -> String {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_found_whole() {
        let caller = Caller { subject: String::new(), scope: "read:users_app_metadata create:users".into() };
        assert!(caller.require(&["read:users", "create:users"]).is_ok());
        assert!(caller.require(&["read:users"]).is_err());
    }

    #[test]
    fn only_bearer_is_taken() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer abc"), Some("abc"));
        for value in ["Basic abc", "Bearer", "Bearer ", "Bearer a b", "abc"] {
            assert_eq!(bearer(value), None, "{value}");
        }
    }
}

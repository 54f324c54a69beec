//! The parameters of a token request, from a form or from JSON, with the client's credentials out of `Authorization`.

use axum::extract::{FromRequest as _, Request};
use axum::http::{StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::error::OAuthError;
use crate::body::{JsonBody, form_pairs};

/// The parameters of a token request.
pub(super) struct Parameters(Map<String, Value>);

impl Parameters {
    /// Reads them. Credentials of HTTP Basic fill in for those that the body has not.
    ///
    /// # Errors
    /// 400 when the body is neither a form nor a JSON object.
    pub(super) async fn read(request: Request) -> Result<Self, OAuthError> {
        let basic = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(basic);
        let body = JsonBody::from_request(request, &()).await.map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                OAuthError::new(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "Payload Too Large")
            }
            _ => OAuthError::invalid_request("The request body is neither a form nor JSON"),
        })?;
        let JsonBody(Value::Object(mut parameters)) = body else {
            return Err(OAuthError::invalid_request("The request body is not an object"));
        };
        if let Some((id, secret)) = basic {
            parameters.entry("client_id").or_insert(Value::String(id));
            parameters.entry("client_secret").or_insert(Value::String(secret));
        }
        Ok(Self(parameters))
    }

    /// A parameter; an empty one is absent.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|value| !value.is_empty())
    }

    /// A parameter that must be there.
    ///
    /// # Errors
    /// 400 when it is not.
    pub(super) fn require(&self, name: &str) -> Result<&str, OAuthError> {
        self.get(name)
            .ok_or_else(|| OAuthError::invalid_request(format!("Missing required parameter: {name}")))
    }
}

/// Id and secret of `Authorization: Basic`, each form-encoded inside (RFC 6749, 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let cut = decoded.iter().position(|byte| *byte == b':')?;
    let text = |bytes: &[u8]| form_pairs(bytes).into_iter().next().map(|(key, _)| key);
    Some((text(decoded.get(..cut)?)?, text(decoded.get(cut + 1..)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_decoded() {
        let value = format!("Basic {}", STANDARD.encode("id:se%2Bcret"));
        assert_eq!(basic(&value), Some(("id".into(), "se+cret".into())));
        assert_eq!(basic("Bearer abc"), None);
        assert_eq!(basic("Basic !!!"), None);
    }
}

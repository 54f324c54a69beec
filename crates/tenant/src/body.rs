//! JSON bodies of the Management API: read, bounded, and judged by a document before an endpoint sees them.

use std::sync::LazyLock;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde_json::{Map, Value};

use crate::error::ApiError;
use crate::schema::{Payload, SchemaError};

/// Largest body of the Management API in bytes, imports apart.
const LIMIT: usize = 1_048_576;

/// How a document becomes a judge.
type Compile = fn() -> Result<Payload, SchemaError>;

/// The document that judges the body of one endpoint, compiled when it is used first.
pub(crate) struct Document(LazyLock<Result<Payload, SchemaError>, Compile>);

impl Document {
    pub(crate) const fn new(compile: Compile) -> Self {
        Self(LazyLock::new(compile))
    }

    /// Passes a body that the document allows.
    ///
    /// # Errors
    /// 400 `invalid_body` with the text of the first fault.
    pub(crate) fn judge(&self, body: &Value) -> Result<(), ApiError> {
        match &*self.0 {
            Ok(payload) => payload.refusal(body).map_or(Ok(()), |text| Err(ApiError::invalid_body(text))),
            Err(error) => {
                tracing::error!(%error, "a document of the tenant's own does not compile");
                Err(ApiError::internal())
            }
        }
    }
}

/// A document that lies beside the endpoint.
macro_rules! document {
    ($name:literal) => {
        crate::body::Document::new(|| crate::schema::Payload::compile(include_str!($name)))
    };
}
pub(crate) use document;

/// A JSON body of any shape; no body is an empty object.
#[derive(Debug)]
pub(crate) struct JsonBody(pub(crate) Value);

impl JsonBody {
    /// The members of the body, after `document` has passed it.
    ///
    /// # Errors
    /// 400 `invalid_body`.
    pub(crate) fn object(self, document: &Document) -> Result<Map<String, Value>, ApiError> {
        document.judge(&self.0)?;
        match self.0 {
            Value::Object(members) => Ok(members),
            _ => Err(ApiError::invalid_body("Payload validation error: 'Expected type object'.")),
        }
    }
}

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &S) -> Result<Self, ApiError> {
        let form = is_form(&request);
        let bytes = read(request.into_body()).await?;
        if bytes.is_empty() {
            return Ok(Self(Value::Object(Map::new())));
        }
        if form {
            let pairs: Vec<(String, String)> = form_pairs(&bytes);
            return Ok(Self(pairs.into_iter().map(|(key, value)| (key, Value::String(value))).collect()));
        }
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| ApiError::invalid_body("Invalid request payload JSON format"))
    }
}

/// Reads a body up to the limit of the Management API.
///
/// # Errors
/// 413 when it is larger, 400 when the client breaks off.
async fn read(body: Body) -> Result<bytes::Bytes, ApiError> {
    axum::body::to_bytes(body, LIMIT).await.map_err(|error| {
        let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        if source.contains("length limit") {
            let text = format!("Payload content length greater than maximum allowed: {LIMIT}");
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, text)
        } else {
            ApiError::bad_request("Invalid request payload")
        }
    })
}

/// Whether a request brings a form instead of JSON.
pub(crate) fn is_form(request: &Request) -> bool {
    request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().starts_with("application/x-www-form-urlencoded"))
}

/// The pairs of a form or of a query string.
pub(crate) fn form_pairs(bytes: &[u8]) -> Vec<(String, String)> {
    bytes
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let cut = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
            let (key, value) = pair.split_at(cut);
            (decode(key), decode(value.get(1..).unwrap_or_default()))
        })
        .collect()
}

/// Undoes percent-encoding and `+`; what is no valid escape stays as it is.
fn decode(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        let escape = (byte == b'%').then(|| tail.get(..2)).flatten();
        let decoded =
            escape.and_then(|digits| hex::decode(digits).ok()).and_then(|bytes| bytes.first().copied());
        match decoded {
            Some(decoded) => {
                out.push(decoded);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                out.push(if byte == b'+' { b' ' } else { byte });
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded() {
        let pairs = form_pairs(b"a=1+2&b=%C3%A9%2b&c&d=100%&=x");
        let expected = [("a", "1 2"), ("b", "é+"), ("c", ""), ("d", "100%"), ("", "x")];
        assert_eq!(pairs, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }
}

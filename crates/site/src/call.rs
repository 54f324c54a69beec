//! A call as it came: endpoint, parameters, and what signatures are made over.

use std::net::IpAddr;

use axum::body::Body;
use axum::http::{Request, header};

use crate::codes;
use crate::error::ApiError;
use crate::ids;
use crate::params::Params;

/// Largest body of a call in bytes: an account of 512 KB, with room for its encoding.
const LIMIT: usize = 4 << 20;

/// One call of the API.
#[derive(Debug, Clone)]
pub struct Call {
    /// The name of the endpoint: `accounts.search`.
    pub endpoint: String,
    /// `GET` or `POST`.
    pub http_method: String,
    /// `http` or `https`.
    pub scheme: &'static str,
    /// The `Host` header in lower case, with its port if it names one.
    pub host: String,
    /// The path as it came.
    pub path: String,
    /// The parameters of query string and form.
    pub params: Params,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// Where it came from.
    pub peer: IpAddr,
    /// The id that the answer carries: 32 hexadecimal digits.
    pub id: String,
    /// When it came: milliseconds since 1970.
    pub time_ms: i64,
}

impl Call {
    /// Reads a request.
    ///
    /// # Errors
    /// 400001 when its body cannot be read, 413003 when it is too large. The call, without the form, is there all the
    /// same, so that it can be answered.
    pub(crate) async fn read(
        request: Request<Body>,
        scheme: &'static str,
        peer: IpAddr,
        time_ms: i64,
    ) -> (Self, Result<(), ApiError>) {
        let mut call = Self::head(&request, scheme, peer, time_ms);
        let form = text(&request, header::CONTENT_TYPE)
            .is_none_or(|kind| kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
        let (parts, body) = request.into_parts();
        let query = parts.uri.query().unwrap_or_default().as_bytes();
        let bytes = match axum::body::to_bytes(body, LIMIT).await {
            Ok(bytes) => bytes,
            Err(error) => {
                let source = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                let code = if source.contains("length limit") {
                    codes::OBJECT_TOO_LARGE
                } else {
                    codes::INVALID_REQUEST_FORMAT
                };
                return (call, Err(ApiError::plain(code)));
            }
        };
        if !form && !bytes.is_empty() {
            let details = "Content-Type: application/x-www-form-urlencoded is expected";
            return (call, Err(ApiError::new(codes::INVALID_REQUEST_FORMAT, details)));
        }
        call.params = Params::parse(&[query, &bytes]);
        (call, Ok(()))
    }

    /// A request without its form.
    pub(crate) fn head(request: &Request<Body>, scheme: &'static str, peer: IpAddr, time_ms: i64) -> Self {
        let uri = request.uri();
        let host =
            text(request, header::HOST).or_else(|| uri.authority().map(|authority| authority.as_str()));
        Self {
            endpoint: uri.path().trim_matches('/').to_owned(),
            http_method: request.method().as_str().to_owned(),
            scheme,
            host: host.unwrap_or_default().to_ascii_lowercase(),
            path: uri.path().to_owned(),
            params: Params::parse(&[uri.query().unwrap_or_default().as_bytes()]),
            authorization: text(request, header::AUTHORIZATION).map(str::to_owned),
            peer,
            id: ids::hex32(),
            time_ms,
        }
    }

    /// The host without its port.
    #[must_use]
    pub fn host_name(&self) -> &str {
        match self.host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => &self.host,
        }
    }
}

fn text(request: &Request<Body>, name: header::HeaderName) -> Option<&str> {
    request.headers().get(name).and_then(|value| value.to_str().ok())
}

//! The token that a request which changes something must carry: a header, or the field `csrf` of a form.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header;

use crate::error::PageError;
use crate::session::Session;

/// Largest form, bytes: a dataflow with its scripts fits many times.
pub(crate) const LARGEST_FORM: usize = 8 * 1024 * 1024;

/// Where files are sent, which are too large to be held.
pub(crate) const UPLOADS: &str = "/import/files";

/// Name of the field.
pub(crate) const FIELD: &str = "csrf";

fn refused() -> PageError {
    PageError::forbidden(
        "this form is not from this page, or it is older than the session; reload the page and try again",
    )
}

/// The request, if its token is right. A form is read for that and put back. Uploads are told by their first field
/// ([`multipart_is_verified`]), since they are not to be held in memory.
pub(super) async fn verified(session: &Session, request: Request) -> Result<Request, PageError> {
    if let Some(token) = request.headers().get("x-csrf-token") {
        return if token.to_str().is_ok_and(|token| session.is_csrf(token)) {
            Ok(request)
        } else {
            Err(refused())
        };
    }
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    if kind.starts_with("multipart/form-data") && request.uri().path() == UPLOADS {
        return Ok(request);
    }
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(refused());
    }
    let (head, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST_FORM).await.map_err(|_| PageError::bad("this form is too large"))?;
    let right = form_urlencoded::parse(&bytes).any(|(name, value)| name == FIELD && session.is_csrf(&value));
    if right { Ok(Request::from_parts(head, Body::from(bytes))) } else { Err(refused()) }
}

/// Whether the first field of an upload is the token.
pub(crate) fn multipart_is_verified(
    session: &Session,
    name: Option<&str>,
    value: &str,
) -> Result<(), PageError> {
    if name == Some(FIELD) && session.is_csrf(value) { Ok(()) } else { Err(refused()) }
}

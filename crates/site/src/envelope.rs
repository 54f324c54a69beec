//! The envelope of every answer.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::time;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Envelope<'a> {
    call_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<&'a str>,
    error_code: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_details: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'a str>,
    api_version: u8,
    status_code: u16,
    status_reason: &'a str,
    time: String,
    #[serde(flatten)]
    members: &'a Document,
}

/// The answer to a call. Its HTTP status is 200 unless the call says `httpStatusCodes=true`.
pub(crate) fn respond(call: &Call, outcome: &Result<Document, ApiError>) -> Response<Body> {
    let (code, details, members) = match outcome {
        Ok(members) => (codes::OK, None, members),
        Err(error) => (error.code, Some(error.details.as_str()), &error.members),
    };
    let status = codes::status(code);
    let envelope = Envelope {
        call_id: &call.id,
        context: call.params.get("context"),
        error_code: code,
        error_details: details,
        error_message: details.map(|_| codes::message(code)),
        api_version: 2,
        status_code: status.as_u16(),
        status_reason: status.canonical_reason().unwrap_or("Error"),
        time: time::iso(call.time_ms),
        members,
    };
    let wanted = call.params.flag("httpStatusCodes").ok().flatten().unwrap_or(false);
    let body = serde_json::to_vec(&envelope).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = if wanted { status } else { StatusCode::OK };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private"));
    // Clients correct their clock by this header.
    headers.insert(header::DATE, loopback::date_header(call.time_ms));
    response
}

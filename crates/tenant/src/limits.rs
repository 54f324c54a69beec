//! Rate limits: they are applied, and each answer's headers tell the client how it stands.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use loopback::Level;
use serde_json::json;

use crate::error::ApiError;
use crate::pace::Kind;
use crate::state::AppState;

/// Applies the limits to the Management API and puts its headers on every answer.
pub(crate) async fn management(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let kind = Kind::management(request.method(), request.uri().path());
    let level = state.limits().take(kind, state.now_ms());
    let mut response = match level {
        Some(Level { passed: false, .. }) => too_many().into_response(),
        _ => next.run(request).await,
    };
    if let Some(level) = level {
        announce(&mut response, &level);
    }
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    headers.entry(header::VARY).or_insert(HeaderValue::from_static("origin,accept-encoding"));
    utf8(headers);
    response
}

/// Applies the limits to the Authentication API.
pub(crate) async fn authentication(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let kind = Kind::authentication(request.uri().path());
    let Some(level) = state.limits().take(kind, state.now_ms()) else { return next.run(request).await };
    let mut response = if level.passed { next.run(request).await } else { too_many_logins() };
    announce(&mut response, &level);
    response
}

/// 429 of the Management API.
pub(crate) fn too_many() -> ApiError {
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Global limit has been reached").code("too_many_requests")
}

/// 429 of the Authentication API. The code is documented, the text is that of the Management API.
pub(crate) fn too_many_logins() -> Response {
    let body = json!({"error": "too_many_requests", "error_description": "Global limit has been reached"});
    (StatusCode::TOO_MANY_REQUESTS, axum::Json(body)).into_response()
}

/// Puts the headers of a bucket on an answer, unless it says already how things stand.
pub(crate) fn announce(response: &mut Response, level: &Level) {
    let headers = response.headers_mut();
    if headers.contains_key("x-ratelimit-limit") {
        return;
    }
    headers.insert("x-ratelimit-limit", HeaderValue::from(level.limit));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(level.remaining));
    headers.insert("x-ratelimit-reset", HeaderValue::from(level.reset));
}

/// Auth0 names the character set of its JSON.
pub(crate) fn utf8(headers: &mut HeaderMap) {
    if headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json") {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
}

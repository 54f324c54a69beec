//! Rate limits: a token bucket, and the headers that tell a client how full it is.

use std::sync::{Mutex, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;
use crate::state::AppState;

/// Requests of the Management API that may come at once, and per second after that. Generous: a rehearsal should be
/// as fast as the machine is.
const DEFAULT: f64 = 10_000.0;

/// The token bucket of the Management API.
#[derive(Debug)]
pub(crate) struct Limits {
    size: f64,
    per_second: f64,
    bucket: Mutex<Bucket>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at_ms: i64,
}

/// How full the bucket is after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level {
    /// Whether the request may pass.
    pub(crate) passed: bool,
    /// Whole requests that may follow at once.
    pub(crate) remaining: u64,
    /// When the next request may come: seconds since 1970.
    pub(crate) reset: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(DEFAULT, DEFAULT)
    }
}

impl Limits {
    /// A bucket of `size` requests that refills with `per_second`.
    #[must_use]
    pub(crate) fn new(size: f64, per_second: f64) -> Self {
        Self { size, per_second, bucket: Mutex::new(Bucket { tokens: size, at_ms: 0 }) }
    }

    /// Takes one request out of the bucket at `now_ms`.
    pub(crate) fn take(&self, now_ms: i64) -> Level {
        let mut bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        let elapsed = (now_ms - bucket.at_ms).clamp(0, 3_600_000);
        #[expect(clippy::cast_precision_loss, reason = "an hour of milliseconds is far below 2^53")]
        let refill = elapsed as f64 / 1000.0 * self.per_second;
        bucket.tokens = (bucket.tokens + refill).min(self.size);
        bucket.at_ms = now_ms;
        let passed = bucket.tokens >= 1.0;
        if passed {
            bucket.tokens -= 1.0;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between nothing and the size"
        )]
        let remaining = bucket.tokens.max(0.0) as u64;
        Level { passed, remaining, reset: now_ms / 1000 + 1 }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
    fn size(&self) -> u64 {
        self.size as u64
    }
}

/// Applies the limits to the Management API and puts its headers on every answer.
pub(crate) async fn management(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let level = state.limits().take(state.now_ms());
    let mut response = if level.passed {
        next.run(request).await
    } else {
        ApiError::new(StatusCode::TOO_MANY_REQUESTS, "Global limit has been reached")
            .code("too_many_requests")
            .into_response()
    };
    let headers = response.headers_mut();
    number(headers, "x-ratelimit-limit", state.limits().size());
    number(headers, "x-ratelimit-remaining", level.remaining);
    number(headers, "x-ratelimit-reset", level.reset.unsigned_abs());
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    headers.entry(header::VARY).or_insert(HeaderValue::from_static("origin,accept-encoding"));
    utf8(headers);
    response
}

/// Auth0 names the character set of its JSON.
pub(crate) fn utf8(headers: &mut HeaderMap) {
    if headers.get(header::CONTENT_TYPE).is_some_and(|value| value == "application/json") {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    }
}

fn number(headers: &mut HeaderMap, name: &'static str, value: u64) {
    headers.insert(name, HeaderValue::from(value));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bucket_empties_refuses_and_refills() {
        let limits = Limits::new(2.0, 1.0);
        assert_eq!(limits.take(10_000), Level { passed: true, remaining: 1, reset: 11 });
        assert_eq!(limits.take(10_000), Level { passed: true, remaining: 0, reset: 11 });
        assert!(!limits.take(10_000).passed);
        assert!(!limits.take(10_900).passed);
        assert!(limits.take(11_900).passed);
    }
}

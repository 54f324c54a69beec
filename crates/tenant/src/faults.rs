//! The faults that the tenant knows, and how it words them.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use loopback::Level;
use loopback::faults::{NamedFault, Takes, Vocabulary, apply};
use serde_json::json;

use crate::error::ApiError;
use crate::limits;
use crate::state::AppState;

/// What `--faults` may name for a tenant.
pub const FAULTS: Vocabulary = Vocabulary {
    codes: &[429, 500, 502, 503, 504],
    named: &[
        NamedFault {
            name: JOB_STUCK,
            takes: Takes::Nothing,
            about: "an import job stays pending after half of its users, and fails without a summary after 2 hours",
        },
        NamedFault {
            name: JOB_FAILED,
            takes: Takes::Nothing,
            about: "an import job fails without a summary after half of its users",
        },
        NamedFault {
            name: JOB_GONE,
            takes: Takes::Nothing,
            about: "the data of an import job is gone (404) as soon as it is done, as after 24 hours",
        },
        NamedFault { name: JOB_SLOW, takes: Takes::Time, about: "an import job begins so much later" },
        NamedFault {
            name: SEARCH_BLIND,
            takes: Takes::Nothing,
            about: "a search finds nobody: the index is behind",
        },
    ],
};

pub(crate) const JOB_STUCK: &str = "job-stuck";
pub(crate) const JOB_FAILED: &str = "job-failed";
pub(crate) const JOB_GONE: &str = "job-gone";
pub(crate) const JOB_SLOW: &str = "job-slow";
pub(crate) const SEARCH_BLIND: &str = "search-blind";

/// Lets the faults happen before anything else looks at a request.
pub(crate) async fn befall(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let management = request.uri().path().starts_with("/api/v2/");
    let now_ms = state.now_ms();
    apply(state.faults(), request, next, |code| answer(code, management, now_ms)).await
}

/// The tenant's own words for a status. That of 429 and 500 is Auth0's; those of a gateway are inferred.
fn answer(code: u32, management: bool, now_ms: i64) -> Response {
    let status = u16::try_from(code).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match (status, management) {
        (StatusCode::TOO_MANY_REQUESTS, true) => limits::too_many().into_response(),
        (StatusCode::TOO_MANY_REQUESTS, false) => limits::too_many_logins(),
        (StatusCode::INTERNAL_SERVER_ERROR, true) => ApiError::internal().into_response(),
        (status, true) => ApiError::new(status, status.canonical_reason().unwrap_or("Error")).into_response(),
        (status, false) => {
            let body = json!({"error": "server_error", "error_description": status.canonical_reason()});
            (status, axum::Json(body)).into_response()
        }
    };
    if status == StatusCode::TOO_MANY_REQUESTS {
        let level = Level { passed: false, limit: 10, remaining: 0, reset: now_ms / 1000 + 1 };
        limits::announce(&mut response, &level);
    }
    response
}

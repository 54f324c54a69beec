//! Errors of the token endpoint: `{"error","error_description"}`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::custom::ScriptFailure;
use crate::error::ApiError;
use crate::store::StoreError;

/// An error of the token endpoint.
#[derive(Debug)]
pub(super) struct OAuthError {
    status: StatusCode,
    error: &'static str,
    description: String,
}

impl OAuthError {
    pub(super) fn new(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, error, description: description.into() }
    }

    /// 400 `invalid_request`
    pub(super) fn invalid_request(description: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", description)
    }

    /// 401 `access_denied`: the application is not known, or its secret is wrong.
    pub(super) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "access_denied", "Unauthorized")
    }

    /// 403 `access_denied`
    pub(super) fn denied(description: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "access_denied", description)
    }

    /// 403 `invalid_grant`: user or password is wrong; which one is not said.
    pub(super) fn wrong_password() -> Self {
        Self::new(StatusCode::FORBIDDEN, "invalid_grant", "Wrong email or password.")
    }
}

impl From<StoreError> for OAuthError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        Self::internal()
    }
}

impl From<ApiError> for OAuthError {
    fn from(error: ApiError) -> Self {
        tracing::error!(%error, "a token could not be given");
        Self::internal()
    }
}

impl From<ScriptFailure> for OAuthError {
    /// That the message goes to the client is documented; status and `error` are inferred. An outage is never
    /// `invalid_grant`, which means a wrong password.
    fn from(failure: ScriptFailure) -> Self {
        match failure {
            ScriptFailure::Internal => Self::internal(),
            ScriptFailure::Wrong { .. } => Self::wrong_password(),
            ScriptFailure::Unauthorized(message) => {
                Self::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
            }
            other => Self::denied(other.to_string()),
        }
    }
}

impl OAuthError {
    pub(super) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "Internal error.")
    }
}

impl IntoResponse for OAuthError {
    fn into_response(self) -> Response {
        let body = json!({"error": self.error, "error_description": self.description});
        (self.status, Json(body)).into_response()
    }
}

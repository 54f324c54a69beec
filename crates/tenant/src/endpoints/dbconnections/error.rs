//! Errors of `/dbconnections`: `{"name","code","description","statusCode"}`, the shape that SDKs handle.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::custom::ScriptFailure;
use crate::error::ApiError;
use crate::store::StoreError;

/// An error of `/dbconnections`.
#[derive(Debug)]
pub(super) enum SignupError {
    /// 400 with a code.
    Refused { name: &'static str, code: &'static str, description: &'static str },
    /// 500
    Internal,
}

impl SignupError {
    /// The identifiers are taken, missing or not valid; which one is not said.
    pub(super) const INVALID: Self =
        Self::Refused { name: "BadRequestError", code: "invalid_signup", description: "Invalid sign up" };

    /// The connection does not let people sign up.
    pub(super) const DISABLED: Self = Self::Refused {
        name: "BadRequestError",
        code: "public_signup_disabled",
        description: "Public signup is disabled",
    };

    /// The password is too weak.
    pub(super) const WEAK: Self = Self::Refused {
        name: "PasswordStrengthError",
        code: "invalid_password",
        description: "Password is too weak",
    };
}

impl From<StoreError> for SignupError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        Self::Internal
    }
}

impl From<ScriptFailure> for SignupError {
    fn from(failure: ScriptFailure) -> Self {
        // The cause is in the tenant's log; a stranger is told nothing.
        if failure == ScriptFailure::Internal { Self::Internal } else { Self::INVALID }
    }
}

impl From<ApiError> for SignupError {
    fn from(error: ApiError) -> Self {
        if error.status().is_server_error() { Self::Internal } else { Self::INVALID }
    }
}

impl IntoResponse for SignupError {
    fn into_response(self) -> Response {
        match self {
            Self::Refused { name, code, description } => {
                let body = json!({"name": name, "code": code, "description": description, "statusCode": 400});
                (StatusCode::BAD_REQUEST, Json(body)).into_response()
            }
            Self::Internal => ApiError::internal().into_response(),
        }
    }
}

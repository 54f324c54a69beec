//! What an endpoint answers when it does not answer 0.

use loopback::DatabaseError;
use serde::Serialize;

use crate::codes;
use crate::document::Document;

/// A code other than 0, its details, and what the answer holds beside.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{code} {}: {details}", codes::message(*code))]
pub struct ApiError {
    /// The code; its message and status follow from it.
    pub code: u32,
    /// `errorDetails`.
    pub details: String,
    /// Further members of the answer.
    pub members: Document,
}

/// An entry of `validationErrors`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidationError {
    /// The code of this entry.
    pub error_code: u32,
    /// What is wrong with the member.
    pub message: String,
    /// The dotted path of the member.
    pub field_name: String,
}

impl ApiError {
    /// An error with details.
    pub fn new(code: u32, details: impl Into<String>) -> Self {
        Self { code, details: details.into(), members: Document::new() }
    }

    /// An error whose details are its message.
    #[must_use]
    pub fn plain(code: u32) -> Self {
        Self::new(code, codes::message(code))
    }

    /// 400002.
    pub fn missing(parameter: &str) -> Self {
        Self::new(codes::MISSING_PARAMETER, format!("Missing required parameter: {parameter}"))
    }

    /// 400006.
    pub fn invalid(details: impl Into<String>) -> Self {
        Self::new(codes::INVALID_PARAMETER_VALUE, details)
    }

    /// 403005, as the site answers to a UID that it does not know.
    #[must_use]
    pub fn unknown_user() -> Self {
        Self::plain(codes::UNAUTHORIZED_USER)
    }

    /// 400009 with its entries.
    #[must_use]
    pub fn validation(errors: &[ValidationError]) -> Self {
        let details = errors.first().map_or_else(
            || codes::message(codes::VALIDATION).to_owned(),
            |error| format!("{}: {}", error.field_name, error.message),
        );
        Self::new(codes::VALIDATION, details).with("validationErrors", errors)
    }

    /// 500001; the cause belongs in the log.
    #[must_use]
    pub fn internal() -> Self {
        Self::plain(codes::GENERAL_SERVER_ERROR)
    }

    /// Adds a member to the answer.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.members.set(name, value);
        self
    }
}

impl From<DatabaseError> for ApiError {
    fn from(error: DatabaseError) -> Self {
        tracing::error!(%error, "the store failed");
        Self::internal()
    }
}

impl From<rusqlite::Error> for ApiError {
    fn from(error: rusqlite::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

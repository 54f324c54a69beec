//! How a script fails.

use serde::Deserialize;

/// Why a script gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ScriptFailure {
    /// `WrongUsernameOrPasswordError`.
    #[error("{message}")]
    Wrong {
        /// Whose password it would be, when the script knows the user.
        user: Option<String>,
        message: String,
    },
    /// `ValidationError`.
    #[error("{message}")]
    Validation { code: Option<String>, message: String },
    /// `UnauthorizedError`.
    #[error("{0}")]
    Unauthorized(String),
    /// Any other error, thrown or passed to the callback.
    #[error("{message}")]
    Error { message: String, line: Option<u32> },
    /// The connection has no such script.
    #[error("Please implement the {0} script for this database connection")]
    Missing(&'static str),
    /// The script never called its callback, took too long or too much, or answered something else than it must.
    #[error("{0}")]
    Sandbox(String),
    /// The store failed; the cause is in the log.
    #[error("Internal error.")]
    Internal,
}

/// An error as the prelude hands it over.
#[derive(Debug, Deserialize)]
pub(super) struct Thrown {
    name: String,
    message: String,
    user: Option<String>,
    code: Option<String>,
    stack: String,
}

impl Thrown {
    /// Lines are those of `file`; `masked` takes secrets out of a message, which the person gets to see.
    pub(super) fn failure(mut self, file: &str, masked: impl Fn(&str) -> String) -> ScriptFailure {
        self.message = masked(&self.message);
        match self.name.as_str() {
            "WrongUsernameOrPasswordError" => ScriptFailure::Wrong { user: self.user, message: self.message },
            "ValidationError" => ScriptFailure::Validation { code: self.code, message: self.message },
            "UnauthorizedError" => ScriptFailure::Unauthorized(self.message),
            _ => ScriptFailure::Error { line: line_in(&self.stack, file), message: self.message },
        }
    }
}

fn line_in(stack: &str, file: &str) -> Option<u32> {
    let (_, after) = stack.split_once(&format!("{file}:"))?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

impl From<crate::store::StoreError> for ScriptFailure {
    fn from(error: crate::store::StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        Self::Internal
    }
}

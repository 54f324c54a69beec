//! What can go wrong with a tenant. What passes and what stays are told apart.

use std::fmt;

/// A call that failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot work; nothing was sent.
    #[error("{0}")]
    Config(String),
    /// The tenant refused the call; the same call will be refused again.
    #[error("the tenant refused {what}: {refusal}")]
    Refused {
        /// Method and path.
        what: String,
        /// The tenant's words.
        refusal: Refusal,
    },
    /// Two import jobs are active already. The call was not carried out.
    #[error("the tenant has its full number of import jobs already")]
    Busy,
    /// The tenant could not be asked, or did not answer, although the call was retried; it may work later.
    #[error("{what} failed {attempts} times, at last with: {cause}")]
    Passing {
        /// Method and path.
        what: String,
        /// How often it was tried.
        attempts: u32,
        /// The last failure, without the URL's query.
        cause: String,
        /// Whether a call may have been carried out although no answer came.
        maybe_done: bool,
    },
    /// The tenant answered what cannot be understood.
    #[error("the answer to {what} cannot be understood: {cause}")]
    Answer {
        /// Method and path.
        what: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The credentials do not allow this kind of call.
    #[error("{0}")]
    Credentials(String),
}

impl From<outbound::ConfigError> for Error {
    fn from(error: outbound::ConfigError) -> Self {
        Self::Config(error.0)
    }
}

impl Error {
    /// Whether the same call may work later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Busy | Self::Passing { .. })
    }

    /// Whether the call may have been carried out although it failed here.
    #[must_use]
    pub fn maybe_done(&self) -> bool {
        matches!(self, Self::Passing { maybe_done: true, .. } | Self::Answer { .. })
    }

    /// The status of a refusal.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { refusal, .. } => Some(refusal.status),
            _ => None,
        }
    }
}

/// The envelope in which a tenant refuses a call: `{"statusCode","error","message","errorCode"}`, or at the token
/// endpoint `{"error","error_description"}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// `error`, such as `Bad Request` or `invalid_grant`.
    pub error: String,
    /// `message` or `error_description`.
    pub message: String,
    /// `errorCode`, such as `invalid_body`; empty when there is none.
    pub code: String,
}

impl Refusal {
    pub(crate) fn read(status: u16, body: &[u8]) -> Self {
        let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |names: &[&str]| {
            names.iter().find_map(|name| value.get(*name)?.as_str()).map(bounded).unwrap_or_default()
        };
        Self {
            status,
            error: text(&["error"]),
            message: text(&["message", "error_description", "description"]),
            code: text(&["errorCode", "code"]),
        }
    }

    /// Whether a 429 is about the two import jobs and not about the rate of requests.
    /// Source of the text: Auth0, "Bulk User Imports" (concurrent jobs).
    pub(crate) fn is_job_limit(&self) -> bool {
        self.status == 429 && self.message.contains("active import users jobs")
    }
}

/// A tenant's text, cut to a length that fits an error.
fn bounded(text: &str) -> String {
    text.chars().take(500).collect()
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status)?;
        for part in [&self.error, &self.message] {
            if !part.is_empty() {
                write!(f, " {part}")?;
            }
        }
        if !self.code.is_empty() {
            write!(f, " ({})", self.code)?;
        }
        Ok(())
    }
}

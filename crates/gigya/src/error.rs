//! What can go wrong with a site. What passes and what stays are told apart.

use std::fmt;

use crate::advice::advice;
use crate::answer::Envelope;

/// A call that failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The configuration cannot work; nothing was sent.
    #[error("{0}")]
    Config(String),
    /// The site refused the call; the same call will be refused again.
    #[error("the site refused {method}: {refusal}")]
    Refused {
        /// The method.
        method: String,
        /// The site's words.
        refusal: Box<Refusal>,
    },
    /// A cursor is not known to the site any more: it lives 300 s after the last call. A new one has to be opened
    /// behind the last record that was read.
    #[error("the cursor of {method} has expired: {refusal}")]
    CursorExpired {
        /// The method.
        method: String,
        /// The site's words.
        refusal: Box<Refusal>,
    },
    /// The site could not be asked, or did not answer, although the call was retried; it may work later.
    #[error("{method} failed {attempts} times, at last with: {cause}")]
    Passing {
        /// The method.
        method: String,
        /// How often it was tried.
        attempts: u32,
        /// The last failure.
        cause: String,
        /// Whether a call may have been carried out although no good answer came.
        maybe_done: bool,
    },
    /// The site answered what cannot be understood.
    #[error("the answer to {method} cannot be understood: {cause}")]
    Answer {
        /// The method.
        method: String,
        /// What is wrong with it.
        cause: String,
    },
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
        matches!(self, Self::Passing { .. })
    }

    /// Whether the site has refused the keys that the call came with, the first that came with them: every other call will
    /// be refused, too, until somebody gives other keys or names another data center.
    #[must_use]
    pub fn is_about_keys(&self) -> bool {
        let refused = |refusal: &Refusal| match refusal.code {
            // These two may be about the account, or about what the application may do with this method.
            403_005 | 403_007 => !refusal.of_uid && !refusal.known,
            301_001 | 400_008 | 400_093 | 403_003 | 403_006 | 403_010 => !refusal.known,
            _ => false,
        };
        self.refusal().is_some_and(refused)
    }

    /// What the site said, if it refused.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused { refusal, .. } | Self::CursorExpired { refusal, .. } => Some(refusal),
            _ => None,
        }
    }

    /// The site's `errorCode`, if it refused.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        self.refusal().map(|refusal| refusal.code)
    }
}

/// The words in which a site refuses a call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// `errorCode`; an HTTP status where the answer is not one of Gigya's.
    pub code: i64,
    /// `errorMessage`.
    pub message: String,
    /// `errorDetails`; empty where it could quote what was signed.
    pub details: String,
    /// `callId`, by which SAP's support finds the call.
    pub call_id: String,
    /// The domain of the site's data center, when the call came to the wrong one (301001).
    pub domain: String,
    /// Whether the site has taken a call of ours before: then it is not we whom it does not know.
    pub known: bool,
    /// Whether the call named an account by its UID.
    pub of_uid: bool,
}

impl Refusal {
    pub(crate) fn of(code: i64, envelope: &Envelope) -> Self {
        // Gigya explains a bad signature by quoting what it should have been over.
        let quotes = matches!(code, 403_003 | 403_010 | 400_008);
        Self {
            code,
            message: bounded(&envelope.error_message),
            details: if quotes { String::new() } else { bounded(&envelope.error_details) },
            call_id: bounded(&envelope.call_id),
            domain: bounded(&envelope.api_domain),
            ..Self::default()
        }
    }
}

/// A site's text, cut to a length that fits an error.
fn bounded(text: &str) -> String {
    text.chars().take(500).collect()
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if !self.message.is_empty() {
            write!(f, " {}", self.message)?;
        }
        if !self.details.is_empty() && self.details != self.message {
            write!(f, " ({})", self.details)?;
        }
        if let Some(advice) = advice(self) {
            write!(f, "; {advice}")?;
        }
        if !self.call_id.is_empty() {
            write!(f, " [callId {}]", self.call_id)?;
        }
        Ok(())
    }
}

//! Why a step ends before its input does.

/// Why a step ends before its input does.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Nobody takes what the step gives any more: the job was stopped, or its limit of records is reached. No error of
    /// the step; it returns it with `?`.
    #[error("stopped")]
    Stopped,
    /// The step cannot go on, and the job fails.
    #[error("{message}")]
    Failed {
        /// What happened, to what, what to do.
        message: String,
        /// Whether the same may work later: a network that is down, a store that is busy.
        passing: bool,
        /// Whether what was typed is wrong: keys that the site refuses, a folder that is not there, a name that no file may
        /// have.
        usage: bool,
    },
}

impl Fault {
    /// A fault that will be the same at the next try.
    pub fn lasting(message: impl Into<String>) -> Self {
        Self::Failed { message: message.into(), passing: false, usage: false }
    }

    /// A fault of what was typed: the same until somebody types something else.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Failed { message: message.into(), passing: false, usage: true }
    }

    /// A fault that may be gone at the next try.
    pub fn passing(message: impl Into<String>) -> Self {
        Self::Failed { message: message.into(), passing: true, usage: false }
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::lasting(error.to_string())
    }
}

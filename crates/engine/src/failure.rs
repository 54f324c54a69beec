//! What went wrong, for a person and for the exit status.

use migration::import::ImportError;
use migration::prepare::PrepareError;
use migration::retry::RetryError;
use migration::run::RunError;

/// Why something did not come to its end: a sentence for a person, and the exit status of a command that ends so.
#[derive(Debug)]
pub struct Failure {
    /// Exit status (CONTRACT, "Exit status").
    status: u8,
    message: String,
}

impl Failure {
    /// Wrong usage or configuration.
    #[must_use]
    pub fn usage(message: impl std::fmt::Display) -> Self {
        Self { status: 2, message: message.to_string() }
    }

    /// Refused before anything was written.
    #[must_use]
    pub fn refused(message: impl std::fmt::Display) -> Self {
        Self { status: 3, message: message.to_string() }
    }

    /// Stopped; it can be resumed.
    #[must_use]
    pub fn stopped(message: impl std::fmt::Display) -> Self {
        Self { status: 4, message: message.to_string() }
    }

    /// With the status that an error of the engine names.
    #[must_use]
    pub fn with(status: u8, message: impl std::fmt::Display) -> Self {
        Self { status, message: message.to_string() }
    }

    /// The exit status that a command ends with.
    #[must_use]
    pub fn status(&self) -> u8 {
        self.status
    }

    /// Adds a sentence to the message.
    pub fn add(&mut self, more: &str) {
        self.message.push_str(more);
    }

    /// A bug of ours.
    #[must_use]
    pub fn bug(message: impl std::fmt::Display) -> Self {
        Self { status: 5, message: format!("{message}. This is a bug of Crosswalk; please report it") }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<PrepareError> for Failure {
    fn from(error: PrepareError) -> Self {
        let source =
            std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
        let message = format!("{error}{source}");
        match error {
            PrepareError::Read(_) => Self::refused(message),
            PrepareError::Run(RunError::Exists(_) | RunError::NotEmpty { .. }) => Self::refused(message),
            PrepareError::Run(_) | PrepareError::Stopped => Self::stopped(message),
            PrepareError::Broke | PrepareError::Miscounted(_) => Self::bug(message),
        }
    }
}

impl From<RetryError> for Failure {
    fn from(error: RetryError) -> Self {
        match error {
            RetryError::Prepare(error) => error.into(),
            RetryError::Io { .. } | RetryError::Run(RunError::Io { .. }) => Self::stopped(error),
            other => Self::refused(other),
        }
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        Self { status: error.exit_code(), message: error.to_string() }
    }
}

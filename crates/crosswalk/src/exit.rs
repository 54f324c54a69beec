//! Exit status (CONTRACT, "Exit status"): each number has one meaning.

use std::process::ExitCode;

use migration::import::ImportError;
use migration::prepare::PrepareError;
use migration::retry::RetryError;
use migration::run::RunError;

/// How a command ended that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Everything is imported, or what is not was accepted by code.
    Done,
    /// Some were set aside or failed.
    Some,
}

/// How a command ended that did not come to its end.
#[derive(Debug)]
pub(crate) struct Failure {
    status: u8,
    message: String,
}

impl Failure {
    /// Wrong usage or configuration.
    pub(crate) fn usage(message: impl std::fmt::Display) -> Self {
        Self { status: 2, message: message.to_string() }
    }

    /// Refused before anything was written.
    pub(crate) fn refused(message: impl std::fmt::Display) -> Self {
        Self { status: 3, message: message.to_string() }
    }

    /// Stopped; it can be resumed.
    pub(crate) fn stopped(message: impl std::fmt::Display) -> Self {
        Self { status: 4, message: message.to_string() }
    }

    /// With the status that an error of the engine names.
    pub(crate) fn with(status: u8, message: impl std::fmt::Display) -> Self {
        Self { status, message: message.to_string() }
    }

    /// Adds a sentence to the message.
    pub(crate) fn add(&mut self, more: &str) {
        self.message.push_str(more);
    }

    /// A bug of ours.
    pub(crate) fn bug(message: impl std::fmt::Display) -> Self {
        Self { status: 5, message: format!("{message}. This is a bug of Crosswalk; please report it") }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<PrepareError> for Failure {
    fn from(error: PrepareError) -> Self {
        let source =
            std::error::Error::source(&error).map(|source| format!(": {source}")).unwrap_or_default();
        let message = format!("{error}{source}");
        match error {
            PrepareError::Read(_) => Self::refused(message),
            PrepareError::Run(RunError::Exists(_)) => Self::refused(message),
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

/// Prints a failure and gives the exit code of the process.
pub(crate) fn report(result: Result<Status, Failure>) -> ExitCode {
    match result {
        Ok(Status::Done) => ExitCode::SUCCESS,
        Ok(Status::Some) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("error: {}", failure.message);
            ExitCode::from(failure.status)
        }
    }
}

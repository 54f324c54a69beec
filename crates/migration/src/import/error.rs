//! How an import ends when it does not end well.

use crate::ledger::LedgerError;
use crate::settle::PartFileError;

/// Why an import did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The options cannot be (exit status 2).
    #[error("{0}")]
    Usage(String),
    /// Refused before anything was written to the tenant (exit status 3).
    #[error("{0}")]
    Refused(String),
    /// Nobody answers at the tenant, and nothing was written yet (exit status 3).
    #[error("{0}")]
    Unreachable(String),
    /// Stopped on the way; `crosswalk resume` goes on (exit status 4).
    #[error("{0}")]
    Stopped(String),
    /// The ledger cannot be read or written; what is in it can be resumed (exit status 4).
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A part changed during the import (exit status 4).
    #[error(transparent)]
    Part(#[from] PartFileError),
}

impl ImportError {
    /// The exit status of the command, as the contract has it.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Refused(_) | Self::Unreachable(_) => 3,
            Self::Stopped(_) | Self::Ledger(_) | Self::Part(_) => 4,
        }
    }

    /// Whether the same command, or `crosswalk resume`, goes on from here.
    #[must_use]
    pub fn is_resumable(&self) -> bool {
        self.exit_code() == 4
    }
}

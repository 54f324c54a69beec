//! Why a proof could not be made.

use std::path::PathBuf;

use crate::ledger::LedgerError;
use crate::run::RunError;
use crate::settle::PartFileError;
use crate::users_export::UsersExportError;

/// Why a proof could not be made. That users differ or logins fail is no error but its result.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The run folder cannot be used.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The ledger cannot be used, or an import is at work.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A part cannot be used.
    #[error(transparent)]
    Part(#[from] PartFileError),
    /// The tenant cannot be asked.
    #[error("the tenant could not be asked: {0}")]
    Tenant(#[from] auth0::Error),
    /// The tenant could not export the users that are to be compared.
    #[error(transparent)]
    Export(UsersExportError),
    /// The logins cannot be read.
    #[error("{path}: {source}")]
    Logins {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        source: std::io::Error,
    },
    /// A line of the logins makes no sense. Its text is not shown.
    #[error("{path}, line {line}: not of the form {{\"login\": ..., \"password\": ...}}")]
    Login {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Wrong passwords against real people.
    #[error("wrong passwords are tried against local tenants only; they would lock real users out")]
    WrongPasswords,
    /// Somebody wanted it to stop.
    #[error("stopped as you asked")]
    Stopped,
}

impl ProveError {
    /// The exit status of the command, as the contract has it.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Logins { .. } | Self::Login { .. } | Self::WrongPasswords => 2,
            Self::Run(_) | Self::Ledger(_) | Self::Part(_) => 3,
            Self::Tenant(_) | Self::Export(_) | Self::Stopped => 4,
        }
    }
}

//! Why an export ended.

use std::io;
use std::path::PathBuf;

/// Why a site could not be read to the end.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The site refuses, or cannot be reached.
    #[error(transparent)]
    Site(#[from] gigya::Error),
    /// A cursor expires again and again before it gives anything new.
    #[error("the cursors of the site expire before they give a new account, {0} times in a row")]
    Stuck(u32),
    /// The site counts more accounts than it gives.
    #[error(
        "the site counts {counted} accounts that were made from {low} up to {high} (epoch milliseconds) and gives only \
         {read} of them, also when that span is read by itself"
    )]
    Incomplete {
        /// What `count(*)` says.
        counted: u64,
        /// What was read.
        read: u64,
        /// The first time-stamp of the span.
        low: i64,
        /// The one behind its last.
        high: i64,
    },
    /// The folder holds an export of something else.
    #[error("{path} holds an export of {found}; name another folder with --run")]
    Other {
        /// The folder.
        path: PathBuf,
        /// What it is of.
        found: String,
    },
    /// The state of the export.
    #[error("{path}: {source}")]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: rusqlite::Error,
    },
    /// The disk said no.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// Somebody asked to stop.
    #[error("stopped; what was read is stored")]
    Stopped,
    /// A task broke: a bug.
    #[error("a reader broke: {0}")]
    Broke(String),
}

impl ExportError {
    /// Whether the same export can go on later.
    #[must_use]
    pub fn is_resumable(&self) -> bool {
        match self {
            Self::Site(error) => error.is_passing(),
            Self::Other { .. } | Self::Broke(_) => false,
            _ => true,
        }
    }
}

//! Why a user cannot be mended.

use std::io;
use std::path::PathBuf;

use mapping::DocumentError;

use crate::run::RunError;
use crate::settle::PartFileError;

/// Why a user cannot be mended.
#[derive(Debug, thiserror::Error)]
pub enum MendError {
    /// The folder is not that of a prepared run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A part of the run cannot be read.
    #[error(transparent)]
    Part(#[from] PartFileError),
    /// The run does not say how it was mapped.
    #[error(
        "{0} was prepared by an earlier version, which did not keep its mapping; prepare it anew to mend its users"
    )]
    NoMapping(PathBuf),
    /// The mapping that the run has kept is none.
    #[error(transparent)]
    Mapping(#[from] DocumentError),
    /// A file is not the one that was read.
    #[error("{0} has changed since the run was prepared; restore it, or prepare a new run")]
    Changed(PathBuf),
    /// A file cannot be read any more.
    #[error("{path} cannot be read any more ({source}); restore it to mend its records")]
    Gone {
        /// The input.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
    /// Standard input leaves nothing to look at.
    #[error(
        "the run was read from standard input, which is not kept; prepare it from a file to mend its records"
    )]
    Piped,
    /// The input has no such record.
    #[error("{input} has no record at byte {byte}")]
    NoRecord {
        /// The input.
        input: String,
        /// The place that was named.
        byte: u64,
    },
    /// A record that is beyond the limits with which the run was read.
    #[error("record {record} of {input} is too large to be mended here ({reason})")]
    TooLarge {
        /// The input.
        input: String,
        /// The record, from 1.
        record: u64,
        /// What is too large.
        reason: String,
    },
    /// The user would be set aside again.
    #[error("the user would be set aside again: {reason} ({code})")]
    SetAside {
        /// Stable code.
        code: &'static str,
        /// A sentence for a person.
        reason: String,
    },
    /// A user who was refused was sent again by a later run.
    #[error("the user was sent again with run {0}; mend it there if it was refused again")]
    SentAgain(String),
    /// A run of an earlier version does not say which user of the part was refused.
    #[error(
        "the run was imported by an earlier version, which did not note the rows of refused users; resume it once"
    )]
    NoRow,
    /// A file of the run cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        source: io::Error,
    },
}

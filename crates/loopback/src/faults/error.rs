//! What is wrong with a specification, and where.

use std::io;
use std::path::PathBuf;

/// Why the faults cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum FaultsError {
    /// A rule on the command line.
    #[error("in the faults, at character {at}: {what}\n  {line}\n  {mark:>mark_width$}", mark = '^', mark_width = column)]
    Line {
        /// Character of the specification, from 1.
        at: usize,
        /// Its line.
        line: String,
        /// Character of the line, from 1.
        column: usize,
        /// What is wrong.
        what: String,
    },
    /// A rule of a file.
    #[error("{}: rule {rule}, {member}: {what}", path.display())]
    Rule {
        /// The file.
        path: PathBuf,
        /// Number of the rule, from 1.
        rule: usize,
        /// Member of the rule.
        member: &'static str,
        /// What is wrong.
        what: String,
    },
    /// A file that is no TOML or JSON of the right form.
    #[error("{}: {what}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        what: String,
    },
    /// A file that cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

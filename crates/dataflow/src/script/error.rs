//! What can go wrong with a script.

/// Why a script does not run, or did not get through a record. Lines count from 1 in the decoded script.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// The parameter is not base64.
    #[error("the script is not base64: {0}; encode the JavaScript text with base64")]
    Encoding(String),
    /// The decoded bytes are not text.
    #[error("the decoded script is not UTF-8 text; save it as UTF-8 before it is encoded")]
    NotText,
    /// The script does not compile, or its top level threw.
    #[error("the script does not load: {message}{}", at(*line))]
    Load {
        /// What QuickJS says.
        message: String,
        /// The line, where QuickJS tells it.
        line: Option<u32>,
    },
    /// There is no function of that name.
    #[error("the script has no function `process(record, ctx, logger, next)`")]
    NoProcess,
    /// The function threw.
    #[error("the script threw {message}{}", at(*line))]
    Thrown {
        /// Name and message of what was thrown.
        message: String,
        /// The line, where QuickJS tells it.
        line: Option<u32>,
    },
    /// The function took longer than it may for one record.
    #[error("the script ran longer than {0} ms for one record and was stopped")]
    TooSlow(u128),
    /// The scripts of the step took longer than they may together.
    #[error("the scripts of this step used up the {0} s that a job has for them")]
    JobTooSlow(u64),
    /// The function needed more memory than it may have.
    #[error("the script needs more than {limit} MiB of memory{}", at(*line))]
    Memory {
        /// The limit in MiB.
        limit: usize,
        /// The line, where QuickJS tells it.
        line: Option<u32>,
    },
    /// It returned, or accepted, something that is no record.
    #[error("the script passed on {0}, which is no record; return an object, or null to drop the record")]
    NotARecord(&'static str),
    /// The engine could not be set up.
    #[error("the script engine: {0}")]
    Engine(String),
}

fn at(line: Option<u32>) -> String {
    line.map(|line| format!(" (line {line} of the script)")).unwrap_or_default()
}

impl From<rquickjs::Error> for ScriptError {
    fn from(error: rquickjs::Error) -> Self {
        Self::Engine(error.to_string())
    }
}

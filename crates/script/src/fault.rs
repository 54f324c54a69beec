//! What a script threw.

use rquickjs::{CaughtError, Coerced};

/// Why a script did not get to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It threw, or it does not compile.
    Thrown {
        /// Name and message of what was thrown.
        message: String,
        /// The line in the file that was asked for, from 1, where QuickJS tells it.
        line: Option<u32>,
    },
    /// It needed more memory than it may have.
    Memory {
        /// As above.
        line: Option<u32>,
    },
    /// The engine failed.
    Engine(String),
}

impl Fault {
    /// What an exception means; lines are those of the text that was evaluated as `file` ([`crate::named`]).
    #[must_use]
    pub fn of(error: &CaughtError<'_>, file: &str) -> Self {
        let (message, line) = match error {
            CaughtError::Exception(exception) => {
                let name: Option<String> = exception.get("name").ok();
                let message = exception.message().unwrap_or_default();
                let line = exception.stack().as_deref().and_then(|stack| line_in(stack, file));
                (format!("{}: {message}", name.as_deref().unwrap_or("Error")), line)
            }
            // Where there is no memory left for an error, the engine throws null.
            CaughtError::Value(value) if value.is_null() => ("out of memory".to_owned(), None),
            CaughtError::Value(value) => {
                let text = value.get::<Coerced<String>>().map(|text| text.0);
                (text.unwrap_or_else(|_| "something that is no error".to_owned()), None)
            }
            CaughtError::Error(error) => return Self::Engine(error.to_string()),
        };
        if message.ends_with("out of memory") {
            Self::Memory { line }
        } else {
            Self::Thrown { message, line }
        }
    }
}

/// The first line of `file` in a stack trace: `at process (script:3:12)`.
fn line_in(stack: &str, file: &str) -> Option<u32> {
    let (_, after) = stack.split_once(&format!("{file}:"))?;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

//! Users whom the tenant has refused: the lines of `retry.ndjson`.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Line, Position};

/// A line of `retry.ndjson`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Refused {
    /// Stable code.
    pub code: String,
    /// What the tenant said.
    pub message: String,
    /// Part in which it was sent, from 1.
    pub part: u32,
    /// Its row in the part, from 1; 0 in a run of an earlier version.
    #[serde(default)]
    pub row: u32,
    /// The user as it was sent, password hash included.
    pub user: Map<String, Value>,
}

impl Line for Refused {
    const FILE: &'static str = "retry.ndjson";
    // More than an import job takes.
    const LONGEST: u64 = 1 << 20;

    fn code(&self) -> &str {
        &self.code
    }
}

impl Refused {
    /// Where the user stands: in its part.
    #[must_use]
    pub fn position(&self) -> Position {
        place(self.part, self.row)
    }

    /// UID of the account, when it is known.
    #[must_use]
    pub fn uid(&self) -> Option<&str> {
        self.user.get("user_id").and_then(Value::as_str)
    }
}

/// How positions call a part. What stands behind a `!` is a file of an archive, and before this one stands no archive, so
/// that no input is called so.
const PART: &str = "!part-";

/// The position of a user of a part.
pub(crate) fn place(part: u32, row: u32) -> Position {
    Position { input: format!("{PART}{part:06}"), record: u64::from(row), byte: 0 }
}

/// Whether a position is that of a user who was refused.
pub(crate) fn is_refused(position: &Position) -> bool {
    position.input.starts_with(PART)
}

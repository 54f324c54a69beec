//! What becomes of the records of a lookup.

use schemars::JsonSchema;
use serde::Deserialize;

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Behavior {
    /// It goes on.
    Process,
    /// It takes the error path.
    Error,
}

/// Whether it takes the values that were found, or keeps its own, where both have one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Conflicts {
    /// The value that was found counts.
    TakeLookup,
    /// The record's own value counts. Gigya's word for it is not documented.
    TakeSource,
}

/// How several pairs of fields go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub(super) enum Operator {
    /// All of them have to match.
    #[serde(rename = "AND")]
    And,
    /// One of them has to match.
    #[serde(rename = "OR")]
    Or,
}

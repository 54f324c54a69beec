//! A member and its new place, as `field.rename` and `field.copy` take them.

use schemars::JsonSchema;
use serde::Deserialize;

use record::Path;

/// A member and its new place.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pair {
    /// Dotted path of the member.
    pub(super) source_field: Path,
    /// Dotted path of its new place; in single quotes (`'profile.email'`) a name that has dots.
    pub(super) target_field: Path,
}

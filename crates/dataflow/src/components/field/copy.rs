//! `field.copy`

use schemars::JsonSchema;
use serde::Deserialize;

use super::pairs::Pair;
use crate::component::{Built, Component, Kind, Setup, Then, each};

/// Gives members a second place.
///
/// The builder shows an empty list for `fields`; its elements are read as those of `field.rename`, which is our reading
/// of a gap.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Copy {
    /// Which member is copied to where.
    fields: Vec<Pair>,
}

impl Component for Copy {
    const TYPE: &'static str = "field.copy";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        each(move |mut record| {
            for pair in &self.fields {
                if let Some(value) = record.find(&pair.source_field) {
                    record.set(&pair.target_field, value);
                }
            }
            Ok(Then::Pass(record))
        })
    }
}

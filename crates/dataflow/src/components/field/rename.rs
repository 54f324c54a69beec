//! `field.rename`

use schemars::JsonSchema;
use serde::Deserialize;

use super::pairs::Pair;
use crate::component::{Built, Component, Kind, Setup, Then, each};

/// Gives members other names, or other places.
///
/// Pairs are taken in their order. A source that is not there changes nothing. What stood at the target gives way. The
/// object that a member was taken from stays, even when it is empty: projections rename first and remove the parent then.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rename {
    /// Which member becomes which.
    fields: Vec<Pair>,
}

impl Component for Rename {
    const TYPE: &'static str = "field.rename";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        each(move |mut record| {
            for pair in &self.fields {
                if let Some(value) = record.remove(&pair.source_field) {
                    record.set(&pair.target_field, value);
                }
            }
            Ok(Then::Pass(record))
        })
    }
}

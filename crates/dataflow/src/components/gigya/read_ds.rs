//! `datasource.read.gigya.ds`

use gigya::Search;
use schemars::JsonSchema;
use serde::Deserialize;

use super::pages::{Query, changed, read};
use super::select::not_empty;
use crate::component::{Built, Component, Kind, Setup};
use crate::delta::since;
use crate::site::Keys;

/// Reads objects of a site's data store with `ds.search`.
///
/// Without `fullExtract` only those whose `deltaField` is later than the last successful run.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadDs {
    /// The paths to read, separated by commas.
    #[serde(default = "all")]
    #[schemars(extend("x-typed" = true))]
    select: String,
    /// The type of the objects.
    from: String,
    /// A condition in Gigya's query language that objects have to meet.
    #[serde(default, rename = "where")]
    condition: String,
    /// The time that a delta goes by, a time-stamp in milliseconds.
    #[serde(default = "last_updated")]
    delta_field: String,
    /// Objects in one page.
    #[serde(default)]
    #[schemars(range(min = 1))]
    batch_size: Option<u64>,
    #[serde(flatten)]
    keys: Keys,
}

/// Objects of the data store have the milliseconds under this name. Source: public type declarations of `ds.search`.
fn last_updated() -> String {
    "lastUpdated".to_owned()
}

pub(super) fn all() -> String {
    "*".to_owned()
}

impl Component for ReadDs {
    const TYPE: &'static str = "datasource.read.gigya.ds";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        not_empty(&self.select)?;
        let conditions = vec![self.condition, changed(&self.delta_field, since(setup.context))];
        let query = Query { select: &self.select, from: &self.from, conditions, order: "" };
        let text = query.text(self.batch_size, setup.context.limit);
        read(self.keys.client(setup)?, Search::of("ds.search", text), |_| {})
    }
}

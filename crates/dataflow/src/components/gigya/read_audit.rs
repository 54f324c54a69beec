//! `datasource.read.gigya.audit`

use gigya::Search;
use schemars::JsonSchema;
use serde::Deserialize;

use super::pages::{Query, read};
use super::read_ds::all;
use super::select::{Selected, not_empty};
use crate::component::{Built, Component, Kind, Setup};
use crate::delta::since;
use crate::site::Keys;
use record::Record;

/// Reads the audit log of a site with `audit.search`.
///
/// Without `fullExtract` only rows after the last successful run. The site gives whole rows; what `select` names is taken
/// out of them here.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadAudit {
    /// The members to read, separated by commas.
    #[serde(default = "all")]
    #[schemars(extend("x-typed" = true))]
    select: String,
    /// A condition in Gigya's query language that rows have to meet.
    #[serde(default, rename = "where")]
    condition: String,
    /// Rows in one page.
    #[serde(default)]
    #[schemars(range(min = 1))]
    batch_size: Option<u64>,
    #[serde(flatten)]
    keys: Keys,
}

impl Component for ReadAudit {
    const TYPE: &'static str = "datasource.read.gigya.audit";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        not_empty(&self.select)?;
        let selected = Selected::parse(&self.select).map_err(|error| format!("select: {error}"))?;
        let delta =
            since(setup.context).map(|since| format!("@timestamp > \"{since:.3}\"")).unwrap_or_default();
        let query =
            Query { select: "*", from: "auditLog", conditions: vec![self.condition, delta], order: "" };
        let text = query.text(self.batch_size, setup.context.limit);
        read(self.keys.client(setup)?, Search::audit(text), move |record| {
            if !selected.all() {
                let mut part = Record::new();
                selected.merge(record, &mut part, true);
                *record = part;
            }
        })
    }
}

//! `datasource.read.gigya.account`

use gigya::Search;
use schemars::JsonSchema;
use serde::Deserialize;

use super::pages::{Query, changed, read, without_empty};
use crate::component::{Built, Component, Kind, Setup};
use crate::delta::since;
use crate::site::Keys;

/// Reads accounts of a site with `accounts.search`.
///
/// Without `fullExtract` only those that were changed since the last successful run: those whose `deltaField` is later.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadAccount {
    /// The paths to read, separated by commas; `*` for all.
    select: String,
    /// `accounts`, or `emailAccounts`, which has the lite accounts and the subscriptions too.
    #[serde(default = "accounts")]
    from: String,
    /// A condition in Gigya's query language that accounts have to meet.
    #[serde(default, rename = "where")]
    condition: String,
    /// The time that a delta goes by; it has to be a time-stamp in milliseconds.
    #[serde(default = "last_updated")]
    delta_field: String,
    /// Consents that have to be granted, by their path below `preferences`.
    #[serde(default)]
    consent: Vec<String>,
    /// Pages that are fetched ahead.
    #[serde(default = "one")]
    max_concurrency: usize,
    /// Accounts in one page: 1000 without it, 10000 at most.
    #[serde(default)]
    batch_size: Option<u64>,
    /// Takes out what holds nothing: null, empty texts, empty objects and arrays.
    #[serde(default)]
    exclude_empty_fields: bool,
    #[serde(flatten)]
    keys: Keys,
}

fn accounts() -> String {
    "accounts".to_owned()
}

pub(super) fn last_updated() -> String {
    "lastUpdatedTimestamp".to_owned()
}

fn one() -> usize {
    1
}

impl Component for ReadAccount {
    const TYPE: &'static str = "datasource.read.gigya.account";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let mut conditions = vec![self.condition, changed(&self.delta_field, since(setup.context))];
        conditions.extend(self.consent.iter().map(|path| {
            let path = path.strip_prefix("preferences.").unwrap_or(path);
            format!("preferences.{path}.isConsentGranted = true")
        }));
        let query = Query { select: &self.select, from: &self.from, conditions };
        let text = query.text(self.batch_size, setup.context.limit);
        let search = Search::accounts(text).prefetch(self.max_concurrency);
        let clean = self.exclude_empty_fields;
        read(self.keys.client(setup)?, search, move |record| {
            if clean {
                without_empty(record);
            }
        })
    }
}

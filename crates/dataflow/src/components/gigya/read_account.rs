//! `datasource.read.gigya.account`

use schemars::JsonSchema;
use serde::Deserialize;

use super::accounts::Accounts;
use super::pages::{changed, without_empty};
use super::select::not_empty;
use crate::component::{Built, Component, Kind, Setup};
use crate::delta::since;
use crate::graph::suggest::nearest;
use crate::site::Keys;

/// Reads accounts of a site with `accounts.search`, in the order in which they were made; a cursor that expires is no end.
///
/// Without `fullExtract` only those that were changed since the last successful run: those whose `deltaField` is later.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadAccount {
    /// The paths to read, separated by commas; `*` for all.
    #[schemars(extend("x-typed" = true))]
    select: String,
    /// `accounts`, or `emailAccounts`, which has the lite accounts and the subscriptions too.
    #[serde(default = "accounts")]
    from: String,
    /// Which accounts: `full`, `lite` or `full,lite`; without it what the site gives of its own accord. Gigya's reader has no
    /// such parameter.
    #[serde(default)]
    account_types: Option<String>,
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
    #[schemars(range(min = 1))]
    batch_size: Option<u64>,
    /// Takes out what holds nothing: null, empty texts, empty objects and arrays.
    #[serde(default)]
    exclude_empty_fields: bool,
    #[serde(flatten)]
    keys: Keys,
}

/// The times of an account that a delta can go by. Source: Gigya, "Component Repository" (v340).
const TIMES: [&str; 6] = [
    "lastUpdatedTimestamp",
    "lastLoginTimestamp",
    "oldestDataUpdatedTimestamp",
    "createdTimestamp",
    "verifiedTimestamp",
    "registeredTimestamp",
];

fn accounts() -> String {
    "accounts".to_owned()
}

fn last_updated() -> String {
    "lastUpdatedTimestamp".to_owned()
}

fn one() -> usize {
    1
}

/// Whether accounts have this time. A path below another member may be a time of the site's own.
fn known_time(name: &str) -> Result<(), String> {
    if TIMES.contains(&name) || name.contains('.') {
        return Ok(());
    }
    let near = nearest(name, TIMES).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(format!("deltaField: {name:?} is no time that accounts have, which are {}{near}", TIMES.join(", ")))
}

impl Component for ReadAccount {
    const TYPE: &'static str = "datasource.read.gigya.account";
    const TAKES: Kind = Kind::Nothing;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        not_empty(&self.select)?;
        known_time(&self.delta_field)?;
        let types = self.account_types.filter(|types| !types.is_empty());
        if let Some(types) = types.as_deref().filter(|types| !["full", "lite", "full,lite"].contains(types)) {
            return Err(format!("accountTypes: {types:?} is none of full, lite and full,lite"));
        }
        let mut conditions = vec![self.condition, changed(&self.delta_field, since(setup.context))];
        conditions.extend(self.consent.iter().map(|path| {
            let path = path.strip_prefix("preferences.").unwrap_or(path);
            format!("preferences.{path}.isConsentGranted = true")
        }));
        let accounts = Accounts {
            select: self.select,
            from: self.from,
            conditions,
            types,
            batch: self.batch_size,
            limit: setup.context.limit,
            prefetch: self.max_concurrency,
        };
        let clean = self.exclude_empty_fields;
        accounts.read(self.keys.client(setup)?, move |record| {
            if clean {
                without_empty(record);
            }
        })
    }
}

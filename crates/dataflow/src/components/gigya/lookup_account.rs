//! `datasource.lookup.gigya.account`

use std::sync::Arc;

use gigya::{Client, Search};
use schemars::JsonSchema;
use serde::Deserialize;

use super::behavior::{Behavior, Conflicts, Operator};
use super::concurrently::concurrently;
use super::matching::{Matching, Pair};
use super::pages::Query;
use super::select::{Selected, not_empty};
use crate::component::{Built, Component, Kind, Setup, Then, step};
use crate::fault::Fault;
use crate::flow::ErrorDetails;
use crate::site::{Keys, fault};
use record::{Path, Record};

/// Looks for the account of each record, and adds what is selected of it to the record.
///
/// A record without an account takes the error path, or goes on as it is; so does one with several.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LookupAccount {
    /// The paths to add, separated by commas; `UID as _UID` gives one another name.
    #[schemars(extend("x-typed" = true))]
    select: String,
    /// `accounts`, or `emailAccounts`.
    #[serde(default = "accounts")]
    from: String,
    /// Which fields have to be the same.
    lookup_fields: Vec<LookupField>,
    /// Whether one pair of fields is enough.
    #[serde(default = "and")]
    lookup_fields_operator: Operator,
    /// Where both have a value.
    #[serde(default = "take_lookup")]
    handle_field_conflicts: Conflicts,
    /// What becomes of a record with an account.
    #[serde(default = "process")]
    match_behavior: Behavior,
    /// What becomes of a record without one.
    #[serde(default = "error")]
    mismatch_behavior: Behavior,
    /// What becomes of a record with several: with `process` it gets the first one found.
    #[serde(default = "error")]
    multi_match_behavior: Behavior,
    /// Gives such a record once for each of them instead.
    #[serde(default)]
    separate_multi_matches: bool,
    /// Whether `A` and `a` are two values.
    #[serde(default)]
    is_case_sensitive: bool,
    /// Records that are looked for together.
    #[serde(default = "batch")]
    #[schemars(range(min = 1))]
    batch_size: usize,
    /// Searches at a time.
    #[serde(default = "one")]
    max_concurrency: usize,
    #[serde(flatten)]
    keys: Keys,
}

/// A field of the record and one of the account.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct LookupField {
    /// Dotted path in the record.
    source_field: Path,
    /// Dotted path in the account; of an array each item counts.
    gigya_field: String,
}

fn accounts() -> String {
    "accounts".to_owned()
}

fn and() -> Operator {
    Operator::And
}

fn take_lookup() -> Conflicts {
    Conflicts::TakeLookup
}

fn process() -> Behavior {
    Behavior::Process
}

fn error() -> Behavior {
    Behavior::Error
}

fn batch() -> usize {
    200
}

fn one() -> usize {
    1
}

struct Lookup {
    client: Client,
    select: String,
    from: String,
    selected: Selected,
    matching: Matching,
    take: bool,
    one: Behavior,
    none: Behavior,
    several: Behavior,
    separate: bool,
}

impl Component for LookupAccount {
    const TYPE: &'static str = "datasource.lookup.gigya.account";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        not_empty(&self.select)?;
        let selected = Selected::parse(&self.select).map_err(|error| format!("select: {error}"))?;
        if self.lookup_fields.is_empty() {
            return Err("lookupFields: names no field to look by".to_owned());
        }
        let mut pairs = Vec::new();
        let mut select = self.select.trim().to_owned();
        for LookupField { source_field: source, gigya_field: name } in self.lookup_fields {
            let gigya = Path::parse(&name).map_err(|error| format!("lookupFields: {error}"))?;
            // What accounts are told apart by has to be in the answer.
            if !selected.covers(&name) {
                select = format!("{select}, {name}");
            }
            pairs.push(Pair { source, gigya, name });
        }
        let operator = self.lookup_fields_operator;
        let matching = Matching { pairs, operator, is_case_sensitive: self.is_case_sensitive };
        let client = self.keys.client(setup)?;
        step(move |input, output| async move {
            let lookup = Arc::new(Lookup {
                client: client.map_err(Fault::lasting)?,
                select,
                from: self.from,
                selected,
                matching,
                take: self.handle_field_conflicts == Conflicts::TakeLookup,
                one: self.match_behavior,
                none: self.mismatch_behavior,
                several: self.multi_match_behavior,
                separate: self.separate_multi_matches,
            });
            let batch = self.batch_size.clamp(1, 1000);
            let ask = move |records| {
                let lookup = Arc::clone(&lookup);
                async move { lookup.look(records).await }
            };
            concurrently(self.max_concurrency, batch, input, output, ask).await
        })
    }
}

impl Lookup {
    async fn look(&self, records: Vec<Record>) -> Result<Vec<Then>, Fault> {
        let mut accounts = Vec::new();
        if let Some(condition) = self.matching.condition(&records) {
            let query =
                Query { select: &self.select, from: &self.from, conditions: vec![condition], order: "" };
            let mut pages = self.client.pages(Search::accounts(query.text(None, None)));
            while let Some(page) = pages.next().await {
                for text in page.map_err(|error| fault(&error))?.records() {
                    let account = Record::from_json_bytes(text).map_err(|error| {
                        Fault::lasting(format!("the site gave an account that is none: {error}"))
                    })?;
                    accounts.push(account);
                }
            }
        }
        let matches = self.matching.matches(&records, &accounts);
        Ok(records
            .into_iter()
            .zip(matches)
            .map(|(record, places)| self.become_of(record, &places, &accounts))
            .collect())
    }

    fn become_of(&self, record: Record, places: &[usize], accounts: &[Record]) -> Then {
        let found: Vec<&Record> = places.iter().filter_map(|place| accounts.get(*place)).collect();
        let (behavior, message) = match found.len() {
            0 => (self.none, "no account of the site matches".to_owned()),
            1 => (self.one, "an account of the site matches".to_owned()),
            _ if self.separate => (Behavior::Process, String::new()),
            count => (self.several, format!("{count} accounts of the site match")),
        };
        if behavior == Behavior::Error {
            return Then::Fail(record, ErrorDetails::new(message));
        }
        let with = |account: &Record| {
            let mut record = record.clone();
            self.selected.merge(account, &mut record, self.take);
            record
        };
        match found.as_slice() {
            [] => Then::Pass(record),
            several if self.separate => Then::Many(several.iter().map(|account| with(account)).collect()),
            [first, ..] => Then::Pass(with(first)),
        }
    }
}

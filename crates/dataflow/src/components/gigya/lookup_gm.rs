//! `datasource.lookup.gigya.gm`

use gigya::{Call, Client};
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::{carry_out, uid};
use super::concurrently::concurrently;
use crate::component::{Built, Component, Kind, Setup, Then, step};
use crate::fault::Fault;
use crate::flow::ErrorDetails;
use crate::site::Keys;
use record::Record;

/// Adds the game mechanics of each account: its `achievements`, as `gm.getChallengeStatus` gives them.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct LookupGm {
    /// The challenges to ask for, separated by commas; `*` for all.
    #[serde(default = "all")]
    include_challenges: String,
    /// The challenges to leave out.
    #[serde(default)]
    exclude_challenges: String,
    /// Calls at a time, 1 to 100.
    #[serde(default = "ten")]
    max_connections: usize,
    #[serde(flatten)]
    keys: Keys,
}

fn all() -> String {
    "*".to_owned()
}

fn ten() -> usize {
    10
}

impl Component for LookupGm {
    const TYPE: &'static str = "datasource.lookup.gigya.gm";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let client = self.keys.client(setup)?;
        let mut call = Call::new("gm.getChallengeStatus").param("includeChallenges", self.include_challenges);
        if !self.exclude_challenges.is_empty() {
            call = call.param("excludeChallenges", self.exclude_challenges);
        }
        step(move |input, output| async move {
            let client = client.map_err(Fault::lasting)?;
            let ask = move |records: Vec<Record>| {
                let (client, call) = (client.clone(), call.clone());
                async move {
                    let mut became = Vec::new();
                    for record in records {
                        became.push(look(&client, call.clone(), record).await?);
                    }
                    Ok(became)
                }
            };
            concurrently(self.max_connections, 1, input, output, ask).await
        })
    }
}

async fn look(client: &Client, call: Call, mut record: Record) -> Result<Then, Fault> {
    let Some(uid) = uid(&record) else {
        return Ok(Then::Fail(
            record,
            ErrorDetails::new("the record has no UID; select it in the step that reads"),
        ));
    };
    // The record comes back with the whole answer in it, of which the achievements stay.
    match carry_out(client, &call.param("UID", uid), Record::new(), true).await? {
        Then::Pass(answered) => {
            let answer = answered.members().get("_response").and_then(|answer| answer.as_object());
            if let Some(achievements) = answer.and_then(|answer| answer.get("achievements")) {
                record.members_mut().insert("achievements", achievements.clone());
            }
            Ok(Then::Pass(record))
        }
        Then::Fail(_, details) => Ok(Then::Fail(record, details)),
        many => Ok(many),
    }
}

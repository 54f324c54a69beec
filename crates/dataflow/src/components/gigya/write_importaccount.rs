//! `datasource.write.gigya.importaccount`

use gigya::Call;
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::{Parameters, uid};
use super::writing::write;
use crate::component::{Built, Component, Kind, Setup};
use crate::site::Keys;

/// What `accounts.importFullAccount` takes of an account.
/// Source: SAP Help, accounts.importFullAccount.
const PARAMETERS: &[&str] = &[
    "UID",
    "communications",
    "context",
    "created",
    "data",
    "dataCenter",
    "emails",
    "identities",
    "isActive",
    "isRegistered",
    "isVerified",
    "lang",
    "lastLogin",
    "lastUpdated",
    "loginIDs",
    "password",
    "phoneNumber",
    "preferences",
    "profile",
    "providerSessions",
    "regSource",
    "registered",
    "secretQuestionAndAnswer",
    "subscriptions",
    "verified",
];

/// Imports each record as an account, with `accounts.importFullAccount`.
///
/// A record without a UID gets one from the site. Members of other names are not sent. A record that the site refuses takes
/// the error path.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteImportAccount {
    /// `insert` refuses a UID that is there; `upsert` writes over its account.
    #[serde(default = "insert")]
    import_policy: String,
    /// `connect`: a social identity that another account has goes to this one; `fail`: the account is refused.
    #[serde(default)]
    handle_identity_conflicts: String,
    /// Calls at a time.
    #[serde(default = "twenty")]
    max_connections: usize,
    /// Adds the answer of the site to the record, as `_response`.
    #[serde(default)]
    add_response: bool,
    #[serde(flatten)]
    keys: Keys,
}

fn insert() -> String {
    "insert".to_owned()
}

pub(super) fn twenty() -> usize {
    20
}

impl Component for WriteImportAccount {
    const TYPE: &'static str = "datasource.write.gigya.importaccount";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let policy = self.import_policy.to_ascii_lowercase();
        if !["insert", "upsert"].contains(&policy.as_str()) {
            return Err(format!("importPolicy: {:?} is neither insert nor upsert", self.import_policy));
        }
        let mut call = Call::new("accounts.importFullAccount").param("importPolicy", policy);
        match self.handle_identity_conflicts.as_str() {
            "" => {}
            known @ ("connect" | "fail") => call = call.param("handleIdentityConflicts", known),
            other => return Err(format!("handleIdentityConflicts: {other:?} is neither connect nor fail")),
        }
        let parameters = Parameters::of(PARAMETERS);
        let known = parameters.clone();
        let make = move |record: &_| {
            let call = known.add(call.clone(), record);
            // The site makes a UID for each call, so such a call must not be carried out twice.
            if uid(record).is_none() { call.param("createUID", "true").once() } else { call }
        };
        write(self.keys.client(setup)?, self.max_connections, self.add_response, Some(parameters), make)
    }
}

//! `datasource.write.gigya.account`

use gigya::Call;
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::Parameters;
use super::write_importaccount::twenty;
use super::writing::write;
use crate::component::{Built, Component, Kind, Setup};
use crate::site::Keys;

/// What `accounts.setAccountInfo` takes of an account.
/// Source: SAP Help, accounts.setAccountInfo.
const PARAMETERS: &[&str] = &[
    "UID",
    "addLoginEmails",
    "addresses",
    "communications",
    "conflictHandling",
    "context",
    "customIdentifiers",
    "data",
    "internal",
    "isActive",
    "isVerified",
    "lang",
    "newPassword",
    "phoneNumber",
    "preferences",
    "profile",
    "rba",
    "regSource",
    "removeLoginEmails",
    "requirePasswordChange",
    "secretAnswer",
    "secretQuestion",
    "securityOverride",
    "subscriptions",
    "username",
];

/// Changes the account of each record's UID, with `accounts.setAccountInfo`.
///
/// Members of other names are not sent. A record that the site refuses takes the error path.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteAccount {
    /// Calls at a time.
    #[serde(default = "twenty")]
    max_connections: usize,
    /// Adds the answer of the site to the record, as `_response`.
    #[serde(default)]
    add_response: bool,
    #[serde(flatten)]
    keys: Keys,
}

impl Component for WriteAccount {
    const TYPE: &'static str = "datasource.write.gigya.account";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let parameters = Parameters::of(PARAMETERS);
        let known = parameters.clone();
        let make = move |record: &_| known.add(Call::new("accounts.setAccountInfo"), record);
        write(self.keys.client(setup)?, self.max_connections, self.add_response, Some(parameters), make)
    }
}

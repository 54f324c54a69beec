//! `datasource.write.auth0.users`

use dataflow::Fault;
use dataflow::component::{Built, Component, Kind, Setup, step};
use mapping::Identifier;
use schemars::JsonSchema;
use serde::Deserialize;

use super::recording::Recording;
use crate::screen::{Duplicates, Lazy, Policies, PolicyError};

/// Imports users into a database connection of Auth0, with all that `crosswalk migrate` does: screen, parts, two import jobs
/// in flight, a ledger, the proof and the report.
///
/// A flow with it is run by `crosswalk migrate --flow FILE`, which says which tenant and which run; options that are given
/// there count before these parameters. It stands once in a flow.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct WriteUsers {
    /// The database connection; it is made if it is missing. Without it `gigya`.
    pub connection: Option<String>,
    /// Applications that shall use the connection, found or made; without any the calling one.
    pub applications: Vec<String>,
    /// Changes users who are there already.
    pub upsert: bool,
    /// Accounts that share an address, name, number or id; without it `keep-latest`.
    pub duplicates: Option<Duplicates>,
    /// What becomes of a password that cannot move; without it `reset`. `leave` needs a custom database connection in
    /// import mode.
    pub lazy: Option<Lazy>,
    /// Accounts that are imported too.
    pub include: Vec<Include>,
    /// What the connection takes, of email, username and phone; without any what the connection says, else email.
    pub identifiers: Vec<String>,
    /// What is done about a code: `CODE=set-aside` or `CODE=fix`.
    pub policies: Vec<String>,
    /// Subtrees that go to spilled.ndjson when a profile is too large.
    pub spill: Vec<String>,
    /// Codes that are no reason for exit status 1.
    pub accept: Vec<String>,
}

/// Accounts that are imported only when that is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Include {
    /// Registrations that were never finished.
    Unregistered,
    /// Lite accounts.
    Lite,
}

impl WriteUsers {
    /// What is wrong with the values, as a sentence that names the parameter.
    fn judge(&self) -> Result<(), String> {
        if let Some(word) = self.identifiers.iter().find(|word| Identifier::parse(word).is_none()) {
            return Err(format!("identifiers: {word:?} is neither email, username nor phone"));
        }
        if self.connection.as_ref().is_some_and(String::is_empty) {
            return Err("connection: an empty name is none; leave it out for `gigya`".to_owned());
        }
        let mut policies = Policies::default();
        policies.spill.clone_from(&self.spill);
        let chosen: Result<(), PolicyError> = self
            .policies
            .iter()
            .try_for_each(|policy| policies.choose(policy))
            .and_then(|()| policies.check());
        chosen.map_err(|error| format!("policies: {error}"))
    }
}

impl WriteUsers {
    /// Policies with what the step asks for over them.
    ///
    /// # Errors
    /// [`PolicyError`]; a step of a graph that was checked has none.
    pub fn over(&self, mut policies: Policies) -> Result<Policies, PolicyError> {
        let identifiers: Vec<Identifier> =
            self.identifiers.iter().filter_map(|word| Identifier::parse(word)).collect();
        if !identifiers.is_empty() {
            policies.identifiers = identifiers;
            if !policies.identifiers.contains(&Identifier::Email) {
                policies.identifiers.insert(0, Identifier::Email);
            }
        }
        policies.duplicates = self.duplicates.unwrap_or(policies.duplicates);
        policies.lazy = self.lazy.unwrap_or(policies.lazy);
        policies.include_unregistered |= self.include.contains(&Include::Unregistered);
        policies.include_lite |= self.include.contains(&Include::Lite);
        if !self.spill.is_empty() {
            policies.spill.clone_from(&self.spill);
        }
        self.policies.iter().try_for_each(|policy| policies.choose(policy))?;
        policies.check()?;
        Ok(policies)
    }
}

impl Component for WriteUsers {
    const TYPE: &'static str = "datasource.write.auth0.users";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Nothing;

    fn build(self, setup: &Setup<'_>) -> Built {
        self.judge()?;
        let recording = setup.context.services.get::<Recording>();
        step(move |mut input, mut output| async move {
            let recording = recording.ok_or_else(|| {
                Fault::lasting("users are imported by `crosswalk migrate --flow FILE`, which knows the tenant and the run")
            })?;
            while let Some(record) = input.record(&mut output).await? {
                recording.write(&record)?;
            }
            Ok(())
        })
    }
}

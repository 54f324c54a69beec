//! Policies: what is done about what the screen finds.

use std::collections::BTreeMap;

use mapping::Identifier;
use schemars::JsonSchema;
use serde::Deserialize;
use user::rules;

use crate::codes::{self, Action, CODES};
use crate::run;

use super::Takes;

/// What becomes of accounts that share an address, name, number or id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Duplicates {
    /// The account that logged in last is imported, the others are set aside.
    #[default]
    KeepLatest,
    /// They become one user.
    Merge,
    /// All of them are set aside.
    SetAside,
}

/// What becomes of a user whose password cannot move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Lazy {
    /// The user is imported without it and resets it.
    #[default]
    Reset,
    /// The user is left, and comes over at the first login through a custom database connection in import mode.
    Leave,
}

/// A policy that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not `CODE=set-aside` or `CODE=fix`.
    #[error("policy `{0}`: write CODE=set-aside or CODE=fix")]
    Form(String),
    /// No such code, or one without a choice.
    #[error("policy `{0}`: no such code, or nothing to choose for it; there is a choice for {1}")]
    NoChoice(String, String),
    /// A large profile can only be mended by spilling.
    #[error("policy profile_too_large=fix needs --spill, the subtrees that may leave the profile")]
    NeedsSpill,
}

/// All policies of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policies {
    chosen: BTreeMap<&'static str, Action>,
    /// `--duplicates`
    pub duplicates: Duplicates,
    /// `--lazy`
    pub lazy: Lazy,
    /// What the connection takes.
    pub identifiers: Vec<Identifier>,
    /// What it demands of everybody beside the address.
    pub required: Vec<Identifier>,
    /// Fewest and most characters of a user name that it takes; none for all that Auth0 allows.
    pub username_length: Option<(usize, usize)>,
    /// `--include unregistered`
    pub include_unregistered: bool,
    /// `--include lite`
    pub include_lite: bool,
    /// Dotted paths in the user's metadata that go to `spilled.ndjson` when a profile is too large.
    pub spill: Vec<String>,
}

impl Policies {
    /// Takes a policy such as `picture_invalid=set-aside`.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn choose(&mut self, policy: &str) -> Result<(), PolicyError> {
        let (name, action) = policy.split_once('=').ok_or_else(|| PolicyError::Form(policy.to_owned()))?;
        let action = match action {
            "set-aside" => Action::SetAside,
            "fix" => Action::Fix,
            _ => return Err(PolicyError::Form(policy.to_owned())),
        };
        let code = codes::code(name).filter(|code| code.choice).ok_or_else(|| {
            let known: Vec<_> = CODES.iter().filter(|code| code.choice).map(|code| code.name).collect();
            PolicyError::NoChoice(policy.to_owned(), known.join(", "))
        })?;
        self.chosen.insert(code.name, action);
        Ok(())
    }

    /// Checks the policies against each other.
    ///
    /// # Errors
    /// [`PolicyError::NeedsSpill`]
    pub fn check(&self) -> Result<(), PolicyError> {
        let spills = self.chosen.get("profile_too_large") == Some(&Action::Fix);
        if spills && self.spill.is_empty() { Err(PolicyError::NeedsSpill) } else { Ok(()) }
    }

    /// What is done about a code.
    #[must_use]
    pub fn action(&self, name: &str) -> Action {
        if name == "profile_too_large" && !self.spill.is_empty() && !self.chosen.contains_key(name) {
            return Action::Fix;
        }
        let default = || codes::code(name).map_or(Action::SetAside, |code| code.default);
        self.chosen.get(name).copied().unwrap_or_else(default)
    }

    /// Whether the connection takes an identifier.
    #[must_use]
    pub fn takes(&self, identifier: Identifier) -> bool {
        self.identifiers.contains(&identifier)
    }

    /// What is taken of a connection, as far as it is known.
    #[must_use]
    pub fn taken(&self) -> Takes {
        Takes {
            identifiers: self.identifiers.clone(),
            required: self.required.clone(),
            username_length: self.username_length,
        }
    }

    /// Fewest and most characters of a user name.
    #[must_use]
    pub fn username_length(&self) -> (usize, usize) {
        self.username_length.unwrap_or((1, rules::USERNAME_MAX))
    }

    /// The policies as the manifest keeps them.
    #[must_use]
    pub fn record(&self) -> run::Policies {
        let word = |action| if action == Action::Fix { "fix" } else { "set-aside" }.to_owned();
        run::Policies {
            codes: CODES
                .iter()
                .filter(|code| code.choice)
                .map(|code| (code.name.to_owned(), word(self.action(code.name))))
                .collect(),
            duplicates: match self.duplicates {
                Duplicates::KeepLatest => "keep-latest",
                Duplicates::Merge => "merge",
                Duplicates::SetAside => "set-aside",
            }
            .to_owned(),
            lazy: match self.lazy {
                Lazy::Reset => "reset",
                Lazy::Leave => "leave",
            }
            .to_owned(),
            identifiers: words(&self.identifiers),
            required: words(&self.required),
            username_length: self.username_length,
            include: [("unregistered", self.include_unregistered), ("lite", self.include_lite)]
                .into_iter()
                .filter(|(_, included)| *included)
                .map(|(name, _)| name.to_owned())
                .collect(),
            spill: self.spill.clone(),
        }
    }

    /// The policies that a manifest has kept. Words that this version does not know are left at their defaults.
    #[must_use]
    pub fn of_record(record: &run::Policies) -> Self {
        let includes = |name: &str| record.include.iter().any(|included| included == name);
        let mut policies = Self {
            duplicates: match record.duplicates.as_str() {
                "merge" => Duplicates::Merge,
                "set-aside" => Duplicates::SetAside,
                _ => Duplicates::KeepLatest,
            },
            lazy: if record.lazy == "leave" { Lazy::Leave } else { Lazy::Reset },
            identifiers: parsed(&record.identifiers),
            required: parsed(&record.required),
            username_length: record.username_length,
            include_unregistered: includes("unregistered"),
            include_lite: includes("lite"),
            spill: record.spill.clone(),
            ..Self::default()
        };
        for (code, action) in &record.codes {
            // A code that has no choice any more is as it is.
            let _ = policies.choose(&format!("{code}={action}"));
        }
        policies
    }
}

fn words(identifiers: &[Identifier]) -> Vec<String> {
    identifiers.iter().map(|identifier| identifier.as_str().to_owned()).collect()
}

fn parsed(words: &[String]) -> Vec<Identifier> {
    words.iter().filter_map(|word| Identifier::parse(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_manifest_keeps_gives_the_same_policies() {
        let mut policies = Policies {
            duplicates: Duplicates::Merge,
            lazy: Lazy::Leave,
            identifiers: vec![Identifier::Email, Identifier::Phone],
            required: vec![Identifier::Phone],
            username_length: Some((1, 15)),
            include_lite: true,
            spill: vec!["data".to_owned()],
            ..Policies::default()
        };
        policies.choose("picture_invalid=set-aside").unwrap();
        let back = Policies::of_record(&policies.record());
        assert_eq!(back.record(), policies.record());
        assert_eq!((&back.identifiers, &back.required), (&policies.identifiers, &policies.required));
        assert_eq!(back.username_length, policies.username_length);
        for code in CODES.iter().filter(|code| code.choice) {
            assert_eq!(back.action(code.name), policies.action(code.name), "{}", code.name);
        }
    }
}

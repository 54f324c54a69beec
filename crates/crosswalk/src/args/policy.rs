//! The mapping and the policies.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use mapping::Identifier;
use migration::codes;
use migration::flow::{Include, Users};
use migration::screen::{Duplicates, Lazy, Policies, Takes};

use crate::exit::Failure;

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DuplicatesArg {
    KeepLatest,
    Merge,
    SetAside,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LazyArg {
    Reset,
    Leave,
}

impl From<DuplicatesArg> for Duplicates {
    fn from(arg: DuplicatesArg) -> Self {
        match arg {
            DuplicatesArg::KeepLatest => Self::KeepLatest,
            DuplicatesArg::Merge => Self::Merge,
            DuplicatesArg::SetAside => Self::SetAside,
        }
    }
}

impl From<LazyArg> for Lazy {
    fn from(arg: LazyArg) -> Self {
        match arg {
            LazyArg::Reset => Self::Reset,
            LazyArg::Leave => Self::Leave,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum IncludeArg {
    Unregistered,
    Lite,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Mapping and policies")]
pub(crate) struct PolicyArgs {
    /// A mapping document; default the built-in one
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// The text of the mapping document, once it is read, or that a dataflow brings.
    #[arg(skip)]
    pub(crate) document: Option<String>,
    /// What the connection takes: email[,username][,phone]; default what the connection says, else email
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) identifiers: Vec<String>,
    /// What is done about a code: CODE=set-aside or CODE=fix
    #[arg(long = "policy", value_name = "CODE=ACTION")]
    pub(crate) policies: Vec<String>,
    /// Accounts that share an address, name, number or id; default keep-latest
    #[arg(long, value_enum)]
    pub(crate) duplicates: Option<DuplicatesArg>,
    /// What becomes of a password that cannot move: the user is imported and resets it, or left for the first login, through
    /// a custom database connection in import mode that is created with scripts (they need GIGYA_SECRET); default reset
    #[arg(long, value_enum)]
    pub(crate) lazy: Option<LazyArg>,
    /// Also import these accounts
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) include: Vec<IncludeArg>,
    /// Subtrees that go to spilled.ndjson when a profile is too large
    #[arg(long, value_name = "PATH", value_delimiter = ',')]
    pub(crate) spill: Vec<String>,
    /// Codes that are no reason for exit status 1 (or 4 for broken_container and site_incomplete)
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) accept: Vec<String>,
    /// Screen nothing: let the target refuse
    #[arg(long)]
    pub(crate) no_screen: bool,
}

impl PolicyArgs {
    /// The policies; `takes` is what the connection takes, where that is known.
    pub(crate) fn policies(&self, takes: Option<Takes>) -> Result<Policies, Failure> {
        let typed: Result<Vec<Identifier>, Failure> = self
            .identifiers
            .iter()
            .map(|word| {
                Identifier::parse(word.trim())
                    .ok_or_else(|| Failure::usage(format!("--identifiers {word}: email, username or phone")))
            })
            .collect();
        let mut typed = typed?;
        if !typed.is_empty() && !typed.contains(&Identifier::Email) {
            return Err(Failure::usage(
                "--identifiers: every connection takes email, and Auth0 imports nobody without one; \
                 say email[,username][,phone]",
            ));
        }
        let takes = takes.unwrap_or_default();
        if typed.is_empty() {
            typed = takes.identifiers;
        }
        if !typed.contains(&Identifier::Email) {
            typed.insert(0, Identifier::Email);
        }
        let mut policies = Policies::default();
        if let Some(duplicates) = self.duplicates {
            policies.duplicates = duplicates.into();
        }
        if let Some(lazy) = self.lazy {
            policies.lazy = lazy.into();
        }
        policies.identifiers = typed;
        policies.required = takes.required;
        policies.username_length = takes.username_length;
        policies.include_unregistered = self.include.contains(&IncludeArg::Unregistered);
        policies.include_lite = self.include.contains(&IncludeArg::Lite);
        policies.spill.clone_from(&self.spill);
        for policy in &self.policies {
            policies.choose(policy).map_err(Failure::usage)?;
        }
        policies.check().map_err(Failure::usage)?;
        Ok(policies)
    }

    /// The codes that are accepted, each a known one: a slip of the pen would be found out too late.
    pub(crate) fn accepted(&self) -> Result<Vec<String>, Failure> {
        for code in &self.accept {
            if !codes::is_known(code) {
                return Err(Failure::usage(format!(
                    "--accept {code}: no such code; the README lists them under \"Codes\""
                )));
            }
        }
        Ok(self.accept.clone())
    }

    /// The options that were typed and count only when users are prepared; `--accept` and `--mapping` are not among them.
    pub(crate) fn typed(&self) -> Vec<&'static str> {
        [
            ("--identifiers", !self.identifiers.is_empty()),
            ("--policy", !self.policies.is_empty()),
            ("--duplicates", self.duplicates.is_some()),
            ("--lazy", self.lazy.is_some()),
            ("--include", !self.include.is_empty()),
            ("--spill", !self.spill.is_empty()),
            ("--no-screen", self.no_screen),
        ]
        .into_iter()
        .filter_map(|(name, typed)| typed.then_some(name))
        .collect()
    }

    /// Whether users whose password cannot move are left.
    pub(crate) fn leaves(&self) -> bool {
        matches!(self.lazy, Some(LazyArg::Leave))
    }

    /// Takes what the writer of a dataflow asks for, as far as nothing else was typed.
    pub(crate) fn or(&mut self, users: &Users) {
        let strings = |own: &mut Vec<String>, of_flow: &[String]| {
            if own.is_empty() {
                own.extend_from_slice(of_flow);
            }
        };
        strings(&mut self.identifiers, &users.identifiers);
        strings(&mut self.spill, &users.spill);
        strings(&mut self.accept, &users.accept);
        // Of two policies for one code the last counts.
        self.policies.splice(0..0, users.policies.iter().cloned());
        self.duplicates = self.duplicates.or(users.duplicates.map(|duplicates| match duplicates {
            Duplicates::KeepLatest => DuplicatesArg::KeepLatest,
            Duplicates::Merge => DuplicatesArg::Merge,
            Duplicates::SetAside => DuplicatesArg::SetAside,
        }));
        self.lazy = self.lazy.or(users.lazy.map(|lazy| match lazy {
            Lazy::Reset => LazyArg::Reset,
            Lazy::Leave => LazyArg::Leave,
        }));
        if self.include.is_empty() {
            self.include.extend(users.include.iter().map(|include| match include {
                Include::Unregistered => IncludeArg::Unregistered,
                Include::Lite => IncludeArg::Lite,
            }));
        }
    }

    /// The text of the mapping document.
    pub(crate) fn mapping_text(&self) -> Result<String, Failure> {
        match (&self.document, &self.mapping) {
            (Some(text), _) => Ok(text.clone()),
            (None, None) => Ok(mapping::DEFAULT.to_owned()),
            (None, Some(path)) => std::fs::read_to_string(path)
                .map_err(|error| Failure::usage(format!("--mapping {}: {error}", path.display()))),
        }
    }
}

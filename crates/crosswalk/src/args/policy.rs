//! The mapping and the policies.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use mapping::Identifier;
use migration::screen::{Duplicates, Lazy, Policies};

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
    /// What the connection takes: email[,username][,phone]; default what the connection says, else email
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) identifiers: Vec<String>,
    /// What is done about a code: CODE=set-aside or CODE=fix
    #[arg(long = "policy", value_name = "CODE=ACTION")]
    pub(crate) policies: Vec<String>,
    /// Accounts that share an address, name, number or id
    #[arg(long, value_enum, default_value = "keep-latest")]
    pub(crate) duplicates: DuplicatesArg,
    /// What becomes of a password that cannot move: the user is imported and resets it, or left for the first login, through
    /// a custom database connection in import mode that is created with scripts (they need GIGYA_SECRET)
    #[arg(long, value_enum, default_value = "reset")]
    pub(crate) lazy: LazyArg,
    /// Also import these accounts
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(crate) include: Vec<IncludeArg>,
    /// Subtrees that go to spilled.ndjson when a profile is too large
    #[arg(long, value_name = "PATH", value_delimiter = ',')]
    pub(crate) spill: Vec<String>,
    /// Codes that are no reason for exit status 1 (or 4 for broken_container)
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    pub(crate) accept: Vec<String>,
    /// Screen nothing: let the target refuse
    #[arg(long)]
    pub(crate) no_screen: bool,
}

impl PolicyArgs {
    /// The policies; `identifiers` are the connection's own, where they are known.
    pub(crate) fn policies(&self, identifiers: Option<Vec<Identifier>>) -> Result<Policies, Failure> {
        let typed: Result<Vec<Identifier>, Failure> = self
            .identifiers
            .iter()
            .map(|word| {
                Identifier::parse(word.trim())
                    .ok_or_else(|| Failure::usage(format!("--identifiers {word}: email, username or phone")))
            })
            .collect();
        let mut typed = typed?;
        if typed.is_empty() {
            typed = identifiers.unwrap_or_default();
        }
        if !typed.contains(&Identifier::Email) {
            typed.insert(0, Identifier::Email);
        }
        let mut policies = Policies::default();
        policies.duplicates = match self.duplicates {
            DuplicatesArg::KeepLatest => Duplicates::KeepLatest,
            DuplicatesArg::Merge => Duplicates::Merge,
            DuplicatesArg::SetAside => Duplicates::SetAside,
        };
        policies.lazy = match self.lazy {
            LazyArg::Reset => Lazy::Reset,
            LazyArg::Leave => Lazy::Leave,
        };
        policies.identifiers = typed;
        policies.include_unregistered = self.include.contains(&IncludeArg::Unregistered);
        policies.include_lite = self.include.contains(&IncludeArg::Lite);
        policies.spill.clone_from(&self.spill);
        for policy in &self.policies {
            policies.choose(policy).map_err(Failure::usage)?;
        }
        policies.check().map_err(Failure::usage)?;
        Ok(policies)
    }

    /// Whether users whose password cannot move are left.
    pub(crate) fn leaves(&self) -> bool {
        matches!(self.lazy, LazyArg::Leave)
    }

    /// The text of the mapping document.
    pub(crate) fn mapping_text(&self) -> Result<String, Failure> {
        match &self.mapping {
            None => Ok(mapping::DEFAULT.to_owned()),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| Failure::usage(format!("--mapping {}: {error}", path.display()))),
        }
    }
}

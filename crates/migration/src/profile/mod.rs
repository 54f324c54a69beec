//! The profile of a source: what its accounts are like. Counted by `check`, one [`Census`] a worker; memory is bounded
//! whatever the input names.

mod census;
mod counted;
mod fields;
mod hashes;
mod last_login;

use serde::{Deserialize, Serialize};

pub(crate) use census::Census;

/// What the accounts of a source are like: those that can be read and were asked for, whatever becomes of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Accounts that were counted.
    pub accounts: u64,
    /// Of these, registrations that were never finished.
    pub unregistered: u64,
    /// Of these, lite accounts.
    pub lite: u64,
    /// How passwords are stored, most frequent first.
    pub hashes: Vec<Hashes>,
    /// Accounts without a password.
    pub without_password: u64,
    /// Addresses of the users that the accounts become.
    pub emails: Emails,
    /// Accounts that have an identity of a provider, by Gigya's name of it, most frequent first.
    pub providers: Vec<Named>,
    /// Accounts by `profile.country`, most frequent first.
    pub countries: Vec<Named>,
    /// Accounts by the time since the last login, from the latest to `never`; each stands in one place only.
    pub last_login: Vec<Named>,
    /// Accounts in which a member is filled, by dotted path, in the order of the paths. What an array holds is told as the array.
    pub fields: Vec<Named>,
}

/// Accounts that share something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// What they share; `other` for what is beyond the number of names that is counted apart.
    pub name: String,
    /// Accounts.
    pub count: u64,
}

/// Passwords that are stored in the same way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashes {
    /// `hashSettings.algorithm`, as Gigya names it; `unnamed` when there is none.
    pub algorithm: String,
    /// What else says how it is made: prefix of an MCF string, rounds, where the salt stands. No part of hash or salt.
    pub form: String,
    /// Accounts.
    pub count: u64,
    /// Of these, accounts whose hash Auth0 can check.
    pub moves: u64,
}

/// Addresses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Emails {
    /// Users with a verified address.
    pub verified: u64,
    /// Users whose address is not verified.
    pub unverified: u64,
    /// Users without an address.
    pub missing: u64,
}

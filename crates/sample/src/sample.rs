//! The sample as a whole: its records, its logins, its file.

use std::io::{self, Write};

use serde::Serialize;

use crate::account::Account;
use crate::broken;
use crate::case::Case;
use crate::dates::Calendar;
use crate::deck::{Deck, Role};
use crate::expectation::{Expectation, Expectations, Lane};
use crate::hash::{HashKind, Pools};
use crate::person::Person;
use crate::random::Random;
use crate::write as json;

/// How the records stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// One JSON array, one record a line.
    Array,
    /// One record a line.
    #[default]
    Ndjson,
}

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Records in the file, broken ones included. From 2,000 on every case has at least 20 accounts.
    pub accounts: u64,
    /// The same seed gives the same bytes, whatever the version of the project's dependencies.
    pub seed: u64,
    /// How the records stand in the file.
    pub format: Format,
}

impl Default for Options {
    fn default() -> Self {
        Self { accounts: 2000, seed: 1, format: Format::default() }
    }
}

/// A login that must succeed once the sample is imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Login {
    /// The email, in lower case.
    pub login: String,
    /// The password.
    pub password: &'static str,
    /// The kind of hash behind it; not part of the logins file.
    #[serde(skip)]
    pub kind: HashKind,
}

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Records.
    pub records: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Logins.
    pub logins: u64,
}

/// A planned sample.
#[derive(Debug, Clone)]
pub struct Sample {
    deck: Deck,
    pools: Pools,
    calendar: Calendar,
    accounts: u64,
    seed: u64,
}

impl Sample {
    /// Plans a sample; computes its password hashes, which takes a fraction of a second.
    #[must_use]
    pub fn new(accounts: u64, seed: u64) -> Self {
        Self { deck: Deck::new(accounts), pools: Pools::new(seed), calendar: Calendar::new(), accounts, seed }
    }

    /// The number of records.
    #[must_use]
    pub fn accounts(&self) -> u64 {
        self.accounts
    }

    /// The case that the record at `index` (from 0) is, if it is an awkward one.
    #[must_use]
    pub fn case(&self, index: u64) -> Option<Case> {
        match self.deck.role(index) {
            Role::Case { case, .. } => Some(case),
            Role::Double { .. } | Role::Ordinary(_) => None,
        }
    }

    /// Appends the record at `index` (from 0), without a line end.
    pub fn record(&self, index: u64, out: &mut Vec<u8>) {
        let mut random = Random::new(self.seed, index);
        let role = self.deck.role(index);
        let lane = match role {
            Role::Ordinary(lane) => lane,
            Role::Case { .. } | Role::Double { .. } => Lane::Hash,
        };
        let mut account = Account::ordinary(&self.pools, self.seed, index, lane, &mut random);
        match role {
            Role::Ordinary(_) => {}
            Role::Double { partner } => account.double(Person::new(self.seed, partner)),
            Role::Case { case: Case::DoubleEmail, .. } => {
                if let Some(partner) = self.deck.partner(index) {
                    account.double(Person::new(self.seed, partner));
                }
            }
            Role::Case { case: Case::Lite, .. } => {
                return json::lite(out, &account, &self.calendar, &mut random);
            }
            Role::Case { case: Case::Broken, turn } => {
                return out.extend_from_slice(broken::record(&account.uid, turn).as_bytes());
            }
            Role::Case { case, turn } => account.become_case(case, turn, index, &self.pools, &mut random),
        }
        json::account(out, &account, index, &self.calendar, &mut random);
    }

    /// What becomes of the record at `index` (from 0).
    #[must_use]
    pub fn expectation(&self, index: u64) -> Expectation {
        match self.deck.role(index) {
            Role::Case { case, .. } => case.expectation(),
            Role::Double { .. } => Expectation::SetAside("duplicate_email"),
            Role::Ordinary(lane) => Expectation::Imported(lane),
        }
    }

    /// What a migration of the whole must report, with the default mapping and policies.
    #[must_use]
    pub fn expectations(&self) -> Expectations {
        let mut sums = Expectations::default();
        for index in 0..self.accounts {
            sums.add(self.expectation(index), self.case(index).is_some_and(Case::is_mended));
        }
        sums
    }

    /// The logins that must succeed after the import: one for every account that stands for a kind of hash which can
    /// move, at least 20 of each kind from 2,000 accounts on.
    #[must_use]
    pub fn logins(&self) -> Vec<Login> {
        let each = (0..self.accounts).filter_map(|index| match self.deck.role(index) {
            Role::Case { case: Case::Password(kind), turn } if kind.moves() => {
                let password = self.pools.entry(kind, turn)?.password;
                Some(Login { login: Person::new(self.seed, index).email, password, kind })
            }
            _ => None,
        });
        each.collect()
    }
}

/// Writes a sample, and its logins as NDJSON (`{"login", "password"}`) when there is a place for them.
///
/// # Errors
/// What the writers give.
pub fn write(options: Options, out: &mut impl Write, logins: Option<&mut impl Write>) -> io::Result<Summary> {
    let sample = Sample::new(options.accounts, options.seed);
    let mut summary = Summary::default();
    let mut buffer = Vec::with_capacity(1 << 17);
    let array = options.format == Format::Array;
    if array {
        buffer.push(b'[');
    }
    for index in 0..options.accounts {
        if array {
            buffer.extend_from_slice(if index == 0 { b"\n" } else { b",\n" });
        }
        sample.record(index, &mut buffer);
        if !array {
            buffer.push(b'\n');
        }
        summary.records += 1;
        if buffer.len() >= 1 << 16 {
            out.write_all(&buffer)?;
            summary.bytes += buffer.len() as u64;
            buffer.clear();
        }
    }
    if array {
        buffer.extend_from_slice(b"\n]\n");
    }
    out.write_all(&buffer)?;
    summary.bytes += buffer.len() as u64;
    out.flush()?;
    if let Some(out) = logins {
        for login in sample.logins() {
            serde_json::to_writer(&mut *out, &login)?;
            out.write_all(b"\n")?;
            summary.logins += 1;
        }
        out.flush()?;
    }
    Ok(summary)
}

//! What prepare is asked for.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::read::ReadOptions;
use crate::run::{Orders, Retry};
use crate::screen::Policies;

/// What the records of the input are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Accounts of a Gigya site, which are mapped.
    #[default]
    Accounts,
    /// Users in Auth0's schema, which are screened and packed as they are.
    Users,
}

/// Which accounts are wanted.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// At most so many records are read.
    pub limit: Option<u64>,
    /// Only accounts with these UIDs.
    pub uids: Option<HashSet<String>>,
    /// Only accounts in which the first observed path of the mapping has this text.
    pub value: Option<String>,
}

/// Options of prepare.
#[derive(Debug, Clone, Default)]
pub struct PrepareOptions {
    /// What the records are.
    pub kind: Kind,
    /// How to read.
    pub read: ReadOptions,
    /// Policies.
    pub policies: Policies,
    /// Nothing is screened: everything that can be read is packed.
    pub no_screen: bool,
    /// Which accounts are wanted.
    pub selection: Selection,
    /// Threads; 0 counts as one.
    pub threads: usize,
    /// The text of the mapping document: the run folder keeps it, the manifest its digest.
    pub document: String,
    /// Accounts only: a profile of them is counted, with ages as of this time. It costs a second walk over each account.
    pub profile: Option<jiff::Timestamp>,
    /// Users only: lines for `linking.ndjson`, by input (from 0) and record (from 1).
    pub linking: HashMap<(usize, u64), Vec<u8>>,
    /// The run that is sent again, for the manifest and the report.
    pub retry: Option<Retry>,
    /// Where the run is to be imported and how, when that is known already.
    pub orders: Option<Orders>,
    /// Codes that are no reason for exit status 1, for the report.
    pub accepted: Vec<String>,
}

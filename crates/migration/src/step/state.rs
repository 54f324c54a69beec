//! Where a part stands.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Results;

/// What never changes about a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Users in it.
    pub users: u32,
    /// Whether users who are there already shall be changed.
    pub upsert: bool,
}

/// Where a part stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// What is under way.
    pub phase: Phase,
    /// Attempts so far.
    pub attempts: u32,
    /// The earliest attempt, in the tenant's epoch seconds, of which it is not known what it did.
    pub since: Option<i64>,
    /// Jobs in a row that ended without saying what they did.
    pub broken: u32,
    /// Users without an outcome, by index, ascending.
    pub open: Vec<u32>,
    /// The outcomes so far, by index.
    pub outcomes: BTreeMap<u32, Outcome>,
}

impl State {
    /// A part that was never sent.
    #[must_use]
    pub fn packed(facts: &Facts) -> Self {
        Self {
            phase: Phase::Packed,
            attempts: 0,
            since: None,
            broken: 0,
            open: (0..facts.users).collect(),
            outcomes: BTreeMap::new(),
        }
    }

    /// Whether every user has its outcome.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.phase == Phase::Settled
    }
}

/// What is under way with a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Nothing, and nothing is in doubt about the open users.
    Packed,
    /// An attempt is being sent.
    Submitting {
        /// The tenant's time before it was sent, epoch seconds.
        at: i64,
        /// Whether it changes users who are there.
        upsert: bool,
    },
    /// The tenant works on a job.
    Submitted {
        /// As above.
        at: i64,
        /// As above.
        upsert: bool,
        /// Id of the job.
        job: String,
    },
    /// The results of the job are stored; some users must be read back.
    Finished {
        /// As above.
        at: i64,
        /// As above.
        upsert: bool,
        /// What the job said.
        results: Results,
        /// Whom to read back.
        read_back: Vec<u32>,
    },
    /// Nothing is under way, and it is not known what an earlier attempt did to the open users.
    Ambiguous,
    /// Every user has its outcome.
    Settled,
}

/// What became of a user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// Created by this run.
    Imported,
    /// There before, changed by this run as the upsert wanted.
    Updated,
    /// There before, and as it was to be.
    AlreadyThere,
    /// Not imported.
    Failed {
        /// `auth0_` and Auth0's code in lower case, `exists_different`, `email_taken` or `job_failed`.
        code: String,
        /// Why, in words; may name fields, never holds secrets.
        message: String,
    },
}

impl Outcome {
    /// The name in `id-map.csv` and in the counters of the report.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::Updated => "updated",
            Self::AlreadyThere => "already_there",
            Self::Failed { .. } => "failed",
        }
    }

    pub(super) fn failed(code: &str, message: impl Into<String>) -> Self {
        Self::Failed { code: code.to_owned(), message: message.into() }
    }
}

//! What can happen to a part, and what can be done about it.

use serde::{Deserialize, Serialize};

/// What happened. This is what the ledger keeps, append-only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// An attempt is about to be sent.
    Begun {
        /// The tenant's time, epoch seconds, never later than the true time there.
        at: i64,
    },
    /// The attempt was certainly not carried out: refused, or no connection came about.
    NotSent,
    /// The attempt may have been carried out, but its answer is lost.
    Lost,
    /// The tenant has queued a job.
    Accepted {
        /// Its id.
        job: String,
    },
    /// The job went through; what it did to whom.
    Finished(Results),
    /// The job failed without a summary, or its data is gone.
    Broken,
    /// Users were read back and compared.
    Compared {
        /// What was found, by index of the user in the part.
        found: Vec<(u32, Found)>,
    },
    /// The process that drove the part is gone; another takes over. Stored like any event: what was being sent is
    /// in doubt from then on.
    Restarted,
}

/// What a job did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// Users created.
    pub inserted: u64,
    /// Users changed.
    pub updated: u64,
    /// Users refused, as the summary counts them.
    pub failed: u64,
    /// Whom it refused and why; one entry per user.
    pub refusals: Vec<Refusal>,
}

impl Results {
    /// Whether the summary and the errors account for every user that was sent, each once.
    pub(super) fn add_up(&self, sent: usize) -> bool {
        let sent = u64::try_from(sent).unwrap_or(u64::MAX);
        let refused = u64::try_from(self.refusals.len()).unwrap_or(u64::MAX);
        self.inserted + self.updated + self.failed == sent && self.failed == refused
    }
}

/// A user that a job refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Index of the user in the part, from 0.
    pub user: u32,
    /// Auth0's code, such as `DUPLICATED_USER`.
    pub code: String,
    /// Auth0's words.
    pub message: String,
}

impl Refusal {
    /// Whether the tenant says that the user was there before the job, and not just twice in the file.
    /// Source of both texts: Auth0 jobs, recorded and documented.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.code == "DUPLICATED_USER" && !self.message.contains("already provided")
    }
}

/// What reading a user back has found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Found {
    /// Nobody.
    Absent,
    /// The user as it was sent.
    Equal {
        /// When it was created, epoch milliseconds.
        created: i64,
    },
    /// The user's id, with other contents.
    Different {
        /// When it was created, epoch milliseconds.
        created: i64,
        /// The members that differ, comma-separated; no values.
        fields: String,
    },
    /// The user's email, username or phone number belongs to somebody with another id.
    Taken {
        /// When that user was created, epoch milliseconds.
        created: i64,
    },
}

/// What the driver has to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Wait for one of the tenant's two slots, then report [`Event::Begun`].
    Queue,
    /// Send these users of the part.
    Send {
        /// Number of the attempt, from 1.
        attempt: u32,
        /// Whether users who are there already are changed.
        upsert: bool,
        /// Indices in the part.
        users: Vec<u32>,
    },
    /// Poll a job until it is done and fetch its errors.
    Poll {
        /// Its id.
        job: String,
    },
    /// Read users back and compare them.
    ReadBack {
        /// Indices in the part.
        users: Vec<u32>,
    },
}

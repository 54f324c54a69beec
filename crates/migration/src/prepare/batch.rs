//! What a worker makes of one chunk.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// How a user's password gets across.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Lane {
    /// With the hash.
    Hash,
    /// Checked at Gigya at the first login.
    Lazy,
    /// No password but a social login.
    Social,
    /// By a password reset.
    Reset,
}

impl Lane {
    /// As the index keeps it.
    #[must_use]
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// A user that is to be packed.
#[derive(Debug, Clone)]
pub(crate) struct Ready {
    /// Bytes in [`Batch::users`], without the comma before it.
    pub(crate) len: u32,
    /// Record in the chunk, from 0, and its first byte in the input.
    pub(crate) record: u64,
    pub(crate) byte: u64,
    pub(crate) lane: Lane,
    pub(crate) last_login: i64,
    /// Fingerprints by [`crate::duplicates::Key`].
    pub(crate) keys: [Option<u128>; 4],
    /// Bytes in [`Batch::linking`] and [`Batch::spilled`].
    pub(crate) linking: u32,
    pub(crate) spilled: u32,
}

/// A record that is set aside.
#[derive(Debug, Clone)]
pub(crate) struct Aside {
    pub(crate) record: u64,
    pub(crate) byte: u64,
    pub(crate) uid: Option<String>,
    pub(crate) code: &'static str,
    pub(crate) reason: String,
    /// What a person can do, where it is not what the code says.
    pub(crate) fix: Option<&'static str>,
    /// The first bytes of a record that could not be read.
    pub(crate) raw: Option<String>,
}

/// Counters of one chunk.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    pub(crate) read: u64,
    pub(crate) mapped: u64,
    pub(crate) fixed: u64,
    pub(crate) set_aside: u64,
    pub(crate) left: u64,
    pub(crate) not_selected: u64,
    /// UIDs that were asked for and are there.
    pub(crate) found: HashSet<String>,
    pub(crate) mended: HashMap<&'static str, u64>,
    pub(crate) passwords: HashMap<(&'static str, String), u64>,
    pub(crate) not_moved: HashMap<String, u64>,
    /// Packed users to whom the tenant gives an id.
    pub(crate) without_id: u64,
}

/// Reasons that are counted apart; an export can name as many algorithms as it likes.
const REASONS: usize = 200;

impl Counts {
    /// Counts passwords that cannot move.
    pub(crate) fn unmovable(&mut self, code: &'static str, reason: &str, count: u64) {
        let many = self.passwords.len() >= REASONS;
        let mut key = (code, reason.to_owned());
        if many && !self.passwords.contains_key(&key) {
            key.1 = "other reasons".to_owned();
        }
        *self.passwords.entry(key).or_default() += count;
    }
}

/// What a worker makes of one chunk.
#[derive(Debug, Clone)]
pub(crate) struct Batch {
    /// Which input the chunk came from, and its name.
    pub(crate) input: usize,
    pub(crate) name: Arc<str>,
    /// No more records are wanted after these.
    pub(crate) enough: bool,
    /// Records in the chunk, whatever became of them.
    pub(crate) records: u64,
    /// Users as JSON, each with a comma before it, as they stand in a part.
    pub(crate) users: Vec<u8>,
    pub(crate) ready: Vec<Ready>,
    pub(crate) aside: Vec<Aside>,
    /// Lines of `lazy.ndjson`.
    pub(crate) lazy: Vec<u8>,
    /// Lines of `linking.ndjson` and `spilled.ndjson`, by user.
    pub(crate) linking: Vec<u8>,
    pub(crate) spilled: Vec<u8>,
    pub(crate) counts: Counts,
}

impl Batch {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            input: 0,
            name: "".into(),
            enough: false,
            records: 0,
            users: Vec::new(),
            ready: Vec::new(),
            aside: Vec::new(),
            lazy: Vec::new(),
            linking: Vec::new(),
            spilled: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Takes the last user back: all from `users` on, and the lines that it brought.
    pub(crate) fn take_back(&mut self, users: usize, linking: usize, spilled: usize) {
        self.users.truncate(users);
        self.linking.truncate(self.linking.len() - linking);
        self.spilled.truncate(spilled);
    }

    /// Forgets everything and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.records = 0;
        self.users.clear();
        self.ready.clear();
        self.aside.clear();
        self.lazy.clear();
        self.linking.clear();
        self.spilled.clear();
        self.counts = Counts::default();
    }
}

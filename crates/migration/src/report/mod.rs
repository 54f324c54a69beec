//! What a run has counted: `report.json`, and what `--json` prints.

pub mod html;
mod numbers;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::profile::Profile;

/// The report of a command. What a command does not do it leaves out (`None`, empty).
///
/// It adds up: read = packed + `set_aside` + left; packed = imported + updated + `already_there` + failed, and + open while
/// the import has not ended; the lanes sum to packed + left; causes cover `set_aside` and failed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Report {
    /// Name of the run.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub run: String,
    /// The run whose users this one has sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_of: Option<String>,
    /// One number per stage; each stage counts for itself.
    pub counters: Counters,
    /// The same for each input, when there are several; they add up to `counters`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputCounters>,
    /// How the passwords get across.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lanes: Option<Lanes>,
    /// Why users were set aside or failed, most frequent first; the counts add up to both.
    pub causes: Vec<Cause>,
    /// What was mended in users, most frequent first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mended: Vec<Cause>,
    /// Passwords that cannot move, by reason, most frequent first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passwords: Vec<Unmovable>,
    /// Codes that were said to be no reason for exit status 1.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<String>,
    /// Inputs that broke in the middle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub troubles: Vec<String>,
    /// Members of accounts that reach no target, by path, most frequent first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_moved: Vec<NotMoved>,
    /// What the accounts are like; counted by `check`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
    /// Number of parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<u64>,
    /// Bytes of all parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Expected duration of the import per tier of Auth0.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub estimates: Vec<Estimate>,
    /// Logins that were tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logins: Option<Logins>,
    /// What was noticed and needs no action unless a person says so: code to count (`integer_beyond_2_53`,
    /// `number_beyond_double`, `doubled_key`, `without_id`, `uid_not_found`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub warnings: BTreeMap<String, u64>,
    /// Users read back and compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// Import jobs, in the order in which they were sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<Job>,
    /// Requests to the tenant by kind, and `retries`, `waited_seconds`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", serialize_with = "numbers::plain")]
    pub requests: BTreeMap<String, f64>,
    /// Wall seconds by stage.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub seconds: BTreeMap<String, f64>,
}

/// Numbers of accounts and users.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Records found in the input, broken ones included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<u64>,
    /// Accounts that became users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mapped: Option<u64>,
    /// Accounts that were found and not asked for (`--uids`, `--where`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_selected: Option<u64>,
    /// Users that were mended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fixed: Option<u64>,
    /// Not imported, with a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<u64>,
    /// Not imported on purpose: they come over at their first login.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<u64>,
    /// Users in parts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packed: Option<u64>,
    /// Created by the import.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub imported: Option<u64>,
    /// Changed by an upsert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub updated: Option<u64>,
    /// There before, and equal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub already_there: Option<u64>,
    /// Refused by the target.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<u64>,
    /// Without an outcome yet: the import has begun and not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open: Option<u64>,
}

/// What prepare has made of one input: a file, or a file in an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputCounters {
    /// What positions call it.
    pub input: String,
    /// Records found, broken ones included.
    pub read: u64,
    /// Not imported, with a reason.
    pub set_aside: u64,
    /// Left for the first login.
    pub left: u64,
    /// Users in parts. One that several became counts where the first of them stood.
    pub packed: u64,
}

/// How passwords get across, in users.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lanes {
    /// With the hash.
    pub hash: u64,
    /// Checked at Gigya at the first login.
    pub lazy: u64,
    /// No password but a social login.
    pub social: u64,
    /// By a password reset.
    pub reset: u64,
}

/// One cause and how often it struck.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Stable code (CONTRACT, "Codes").
    pub code: String,
    /// `read`, `screen`, `duplicates` or `import`.
    pub stage: String,
    /// Users it struck.
    pub count: u64,
}

/// Passwords that cannot move, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unmovable {
    /// `hash_unknown`, `hash_not_expressible` or `hash_malformed`.
    pub code: String,
    /// A sentence for a person.
    pub reason: String,
    /// Users.
    pub count: u64,
}

/// A member that reaches nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotMoved {
    /// Dotted path in the account.
    pub path: String,
    /// Accounts that have it.
    pub count: u64,
}

/// Expected duration on one tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Name of the tier.
    pub tier: String,
    /// Wall seconds.
    pub seconds: f64,
    /// Where the figure comes from.
    #[serde(default)]
    pub source: String,
}

/// Logins tried with known passwords.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logins {
    /// Logins tried with their password, each once.
    pub tried: u64,
    /// How many of them got in.
    pub passed: u64,
    /// Logins tried with a wrong password, which is done against local tenants only.
    #[serde(default)]
    pub wrong_tried: u64,
    /// How many of them were kept out.
    #[serde(default)]
    pub wrong_refused: u64,
}

impl Logins {
    /// Whether every right password got in and every wrong one was kept out.
    #[must_use]
    pub fn all_well(&self) -> bool {
        self.passed == self.tried && self.wrong_refused == self.wrong_tried
    }
}

/// Users read back from the tenant and compared field by field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// Users compared.
    pub compared: u64,
    /// Users that are as they were sent.
    pub equal: u64,
    /// Field to number of users that differ in it.
    pub differences: BTreeMap<String, u64>,
}

/// One import job.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Part that it imported.
    pub part: u32,
    /// Attempt, from 1.
    pub attempt: u32,
    /// Id at the tenant.
    pub id: String,
    /// Seconds after the start of the import when it was sent.
    pub sent: f64,
    /// Seconds after the start of the import when it was settled.
    pub settled: f64,
    /// `completed` or `failed`.
    pub status: String,
    /// Users inserted.
    pub inserted: u64,
    /// Users updated.
    pub updated: u64,
    /// Users refused.
    pub failed: u64,
}

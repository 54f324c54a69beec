//! What a run was made from, and what it is made of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::prepare::Kind;
use crate::read::ReadOptions;

/// `manifest.json`. It is written last, so that a folder with a manifest is a run whose parts are whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of Crosswalk that prepared the run.
    pub version: String,
    /// When the run was prepared, ISO 8601 UTC.
    pub prepared: String,
    /// The files that were read, in the order in which they were read.
    pub inputs: Vec<Input>,
    /// What the records of the inputs are.
    #[serde(default)]
    pub kind: Kind,
    /// How the inputs were read.
    #[serde(default)]
    pub read: ReadOptions,
    /// BLAKE3 (hex) of the mapping document, which is `mapping.toml`.
    pub mapping: String,
    /// The policies that decided between set aside and fix.
    pub policies: Policies,
    /// Where the run goes, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// What was ordered when the run was prepared, so that it can begin later as it would have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orders: Option<Orders>,
    /// The run whose users are sent again, when that is what this run does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its path as it was given, or `-`.
    pub path: String,
    /// Bytes on disk (compressed, where it is compressed).
    pub bytes: u64,
    /// BLAKE3 of those bytes, hex.
    pub blake3: String,
}

/// Policies, as they were given or by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policies {
    /// Code to `set-aside` or `fix`, for every code that has a choice.
    pub codes: BTreeMap<String, String>,
    /// `keep-latest`, `merge` or `set-aside`.
    pub duplicates: String,
    /// `reset` or `leave`.
    pub lazy: String,
    /// What the connection takes: `email`, `username`, `phone`.
    pub identifiers: Vec<String>,
    /// What it demands of everybody beside the address: `username`, `phone`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// Fewest and most characters of a user name that it takes, where that was known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username_length: Option<(usize, usize)>,
    /// Accounts that are imported too: `unregistered`, `lite`.
    #[serde(default)]
    pub include: Vec<String>,
    /// Subtrees that may go to `spilled.ndjson`.
    #[serde(default)]
    pub spill: Vec<String>,
}

/// Which users of which run are sent again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retry {
    /// Name of the run that was retried first; its folder stands beside this one.
    pub of: String,
    /// Counts from 1: this run is `<of>-retry-<number>`.
    pub number: u32,
    /// Lines of the `mended.ndjson` of each run that this retry and those before it have taken.
    pub taken: BTreeMap<String, u64>,
}

/// Where a run goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Base URL of the tenant, or `local` for the local tenant of the home folder.
    pub tenant: String,
    /// Name of the database connection.
    pub connection: String,
}

/// How a run is to be imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Orders {
    /// Base URL of the tenant, or `local` for the local tenant of the home folder.
    pub tenant: String,
    /// Name of the database connection.
    pub connection: String,
    /// Applications that shall use it; none: the calling one.
    #[serde(default)]
    pub applications: Vec<String>,
    /// Users who are there already are changed.
    #[serde(default)]
    pub upsert: bool,
}

/// One import file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Counts from 1; the file is `parts/part-<number, six digits>.json`.
    pub number: u32,
    /// Users in it.
    pub users: u32,
    /// Bytes of the file.
    pub bytes: u64,
    /// BLAKE3 of the file, hex.
    pub blake3: String,
}

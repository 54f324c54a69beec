//! Prove: sampled users are read back and compared field by field, and logins with known passwords are tried.

mod error;
mod exported;
mod logins;
mod sample;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use auth0::Client;
use serde_json::Value;

use crate::import::{Cancel, Progress, Stage};
use crate::ledger::Ledger;
use crate::report::{Logins, Proof};
use crate::run::{RunError, RunFolder};
use crate::settle::{PartFile, SentUser, compare, read_back};
use crate::step::{Facts, Found, Outcome};

pub use error::ProveError;
use exported::ExportedUsers;
pub use logins::{LoginFailure, check_logins, mask};

/// Users that are compared when nothing else is said.
pub const SAMPLE: usize = 200;

/// Beyond so many users an export of the connection costs less than searching for them, a hundred a request.
const MANY: usize = 1_000;

/// What is proved.
#[derive(Debug, Clone)]
pub struct ProveOptions {
    /// How many users are compared; all, when there are fewer.
    pub sample: usize,
    /// NDJSON `{"login","password"}`; each is tried once.
    pub logins: Option<PathBuf>,
    /// Try a wrong password for each login, too. Refused unless the tenant is on loopback: it would count towards the
    /// brute-force protection of real people.
    pub wrong_too: bool,
    /// Pause between two logins. Auth0 takes 20 a minute of one user from one address and then ten; the limit of the
    /// Authentication API as a whole is announced and kept by the client.
    pub pause: Duration,
}

impl Default for ProveOptions {
    fn default() -> Self {
        Self { sample: SAMPLE, logins: None, wrong_too: false, pause: Duration::ZERO }
    }
}

/// What was proved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Proved {
    /// Users read back and compared.
    pub proof: Proof,
    /// Logins tried, with right and wrong passwords.
    pub logins: Logins,
    /// Logins that did not, masked.
    pub failures: Vec<LoginFailure>,
    /// Wall seconds.
    pub seconds: f64,
}

/// Proves what a run has brought to a connection.
///
/// # Errors
/// [`ProveError`].
pub async fn prove(
    folder: &RunFolder,
    client: &Client,
    connection: &str,
    options: &ProveOptions,
    progress: &Progress,
    cancel: Cancel,
) -> Result<Proved, ProveError> {
    if options.wrong_too && !client.is_loopback() {
        return Err(ProveError::WrongPasswords);
    }
    let start = Instant::now();
    progress.of(client);
    let proof = compared(folder, client, connection, options.sample, progress, &cancel).await?;
    let (logins, failures) = match &options.logins {
        Some(path) => logins::tried(client, connection, path, options, progress, &cancel).await?,
        None => (Logins::default(), Vec::new()),
    };
    Ok(Proved { proof, logins, failures, seconds: start.elapsed().as_secs_f64() })
}

/// Reads sampled users back. Who was there before and is different has failed in the import and is not sampled.
async fn compared(
    folder: &RunFolder,
    client: &Client,
    connection: &str,
    size: usize,
    progress: &Progress,
    cancel: &Cancel,
) -> Result<Proof, ProveError> {
    let manifest = folder.manifest()?;
    let ledger = Ledger::open(folder)?;
    let upsert = ledger.bound()?.is_some_and(|bound| bound.upsert);
    let mut there = Vec::with_capacity(manifest.parts.len());
    for part in &manifest.parts {
        let state = ledger.state(part.number, &Facts { users: part.users, upsert })?;
        let users = state.outcomes.iter().filter(|(_, outcome)| !matches!(outcome, Outcome::Failed { .. }));
        there.push(users.map(|(user, _)| *user).collect::<Vec<u32>>());
    }
    drop(ledger);
    let sample = sample::spread(&there.iter().map(Vec::len).collect::<Vec<_>>(), size);
    let users: usize = sample.iter().map(Vec::len).sum();
    progress.begin(Stage::Compare, u64::try_from(users).unwrap_or(0));
    let exported = match users > MANY {
        true => ExportedUsers::fetch(folder, client, connection, cancel.clone()).await?,
        false => None,
    };
    let mut proof = Proof { compared: 0, equal: 0, differences: BTreeMap::new() };
    for ((part, there), chosen) in manifest.parts.iter().zip(&there).zip(&sample) {
        if chosen.is_empty() {
            continue;
        }
        if *cancel.borrow() {
            return Err(ProveError::Stopped);
        }
        let indices: Vec<u32> = chosen.iter().filter_map(|at| there.get(*at).copied()).collect();
        let sent = PartFile::load(folder, part)?.users(&indices)?;
        let count = sent.len();
        let sent = match &exported {
            Some(exported) => unclear(exported, sent, &mut proof)
                .map_err(|source| RunError::Io { path: folder.path().to_owned(), source })?,
            None => sent,
        };
        for (_, found) in read_back(client, connection, &sent).await? {
            proof.compared += 1;
            match found {
                Found::Equal { .. } => proof.equal += 1,
                Found::Different { fields, .. } => {
                    for field in fields.split(", ") {
                        *proof.differences.entry(field.to_owned()).or_default() += 1;
                    }
                }
                Found::Absent | Found::Taken { .. } => {
                    *proof.differences.entry("user_id".to_owned()).or_default() += 1;
                }
            }
        }
        progress.done(u64::try_from(count).unwrap_or(0), 0);
    }
    Ok(proof)
}

/// Counts the users that the export has as they were sent; the others, who are read back one by one: an export is no
/// consistent read, and who is not in it, or is different, may only have been changed while it was written.
fn unclear(
    exported: &ExportedUsers,
    sent: Vec<SentUser>,
    proof: &mut Proof,
) -> std::io::Result<Vec<SentUser>> {
    let mut unclear = Vec::new();
    for entry in sent {
        let stored = match entry.1.get("user_id").and_then(Value::as_str) {
            Some(id) => exported.user(&format!("auth0|{id}"))?,
            None => None,
        };
        if stored.is_some_and(|stored| compare(&entry.1, &stored)) {
            proof.compared += 1;
            proof.equal += 1;
        } else {
            unclear.push(entry);
        }
    }
    Ok(unclear)
}

//! The account that a user came from, found by its UID in the inputs of a run.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::mend::{self, MendError, Mended, Mender};
use crate::read::{Records, Stream};
use crate::retry::Chain;
use crate::run::{Manifest, RunFolder};

/// Members that name an account or a user, in the order in which they are looked at.
const IDS: [&str; 3] = ["UID", "user_id", "Id"];

/// Why an account cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// An input of the run is not where it was.
    #[error("{0} is not there any more")]
    Gone(String),
    /// It was read from standard input.
    #[error("the accounts were read from standard input and not kept")]
    Piped,
    /// It is no JSON.
    #[error("the record was broken, and somebody has mended its text")]
    Broken,
    /// The record of a user who was mended cannot be read.
    #[error(transparent)]
    Mended(#[from] MendError),
    /// An input cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// An account as it was before the migration.
#[derive(Debug)]
pub struct Exported {
    /// The run that read it.
    pub run: RunFolder,
    /// The account. Its password is among what is in it: never show it as it is.
    pub account: Map<String, Value>,
    /// Whether somebody has mended it before it was sent.
    pub is_mended: bool,
}

/// The account that a user of a run came from, as the site or the file had it: of who was mended or sent again, what the first
/// run has read. None when there is none.
///
/// # Errors
/// [`SourceError`]
pub fn exported(folder: &RunFolder, uid: &str) -> Result<Option<Exported>, SourceError> {
    let chain = Chain::of(folder).map_err(MendError::from)?;
    let at = chain.runs().iter().position(|run| run.name() == folder.name()).unwrap_or(0);
    let (mut uid, mut is_mended) = (uid.to_owned(), false);
    for run in chain.runs().iter().take(at).rev() {
        let mut found = None;
        mend::each(run, |mended| {
            if mended.user.get("user_id").and_then(Value::as_str) == Some(uid.as_str()) {
                found = Some(mended);
            }
        })?;
        let Some(Mended { position, uid: before, .. }) = found else { continue };
        is_mended = true;
        if run.path() == chain.root().path() && !mend::is_refused(&position) {
            let text = Mender::open(run)?.record(&position)?;
            let account = json::from_slice(text.as_bytes()).map_err(|_| SourceError::Broken)?;
            return Ok(Some(Exported { run: run.clone(), account, is_mended }));
        }
        uid = before.unwrap_or(uid);
    }
    let root = chain.root();
    let account = account(root, &root.manifest().map_err(MendError::from)?, &uid)?;
    Ok(account.map(|account| Exported { run: root.clone(), account, is_mended }))
}

/// Reads the inputs of a run until the account with that UID comes: records whose bytes do not hold the UID are passed
/// over. None when there is none. The password of the account is among what is returned: never show it as it is.
///
/// # Errors
/// [`SourceError`]
pub fn account(
    folder: &RunFolder,
    manifest: &Manifest,
    uid: &str,
) -> Result<Option<Map<String, Value>>, SourceError> {
    let mut files = Vec::with_capacity(manifest.inputs.len());
    for input in &manifest.inputs {
        if input.path == "-" {
            return Err(SourceError::Piped);
        }
        files.push(place(folder, &input.path).ok_or_else(|| SourceError::Gone(input.path.clone()))?);
    }
    let wanted = memchr::memmem::Finder::new(uid.as_bytes());
    let mut stream = Stream::new(files, manifest.read);
    while let Some(chunk) = stream.next_chunk()? {
        let bytes: &[u8] = &chunk.bytes;
        let mut found = None;
        match &chunk.records {
            Records::Listed(records) if wanted.find(bytes).is_some() => {
                for record in records {
                    let text = bytes.get(record.start..record.end).unwrap_or_default();
                    found = found.or_else(|| wanted.find(text).and_then(|_| is_of(text, uid)));
                }
            }
            Records::Lines if wanted.find(bytes).is_some() => {
                found = bytes
                    .split(|byte| *byte == b'\n')
                    .filter(|line| wanted.find(line).is_some())
                    .find_map(|line| is_of(line, uid));
            }
            _ => {}
        }
        if found.is_some() {
            return Ok(found);
        }
        stream.recycle(chunk.bytes);
    }
    Ok(None)
}

/// The account in a text, if it has that UID.
fn is_of(text: &[u8], uid: &str) -> Option<Map<String, Value>> {
    let account: Map<String, Value> = json::from_slice(text).ok()?;
    let found = IDS.iter().find_map(|name| account.get(*name)).and_then(Value::as_str)?;
    (found == uid || found.strip_prefix("auth0|") == Some(uid)).then_some(account)
}

/// Where an input is now: where it was, or beside the run folder when that was moved with what it holds.
fn place(folder: &RunFolder, path: &str) -> Option<PathBuf> {
    let given = Path::new(path);
    if given.is_file() {
        return Some(given.to_owned());
    }
    let inside = folder.path().join("source").join(given.file_name()?);
    inside.is_file().then_some(inside)
}

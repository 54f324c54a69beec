//! What a run knows of one user: what became of it, what was sent, and the account that it came from.
//!
//! `id-map.csv` has a line for every user, by the hundred thousand. The first look into a run makes an index beside it
//! (`id-map.index`, 16 bytes for an id and 16 for an address); every further look reads a few dozen bytes.

mod index;
mod source;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom};

use serde_json::{Map, Value};

use crate::run::RunFolder;
use crate::settle::{PartFile, PartFileError};

pub use source::{Exported, SourceError, account, exported};

/// Name of the crosswalk.
const MAP: &str = "id-map.csv";

/// What a run knows of a user.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// UID of the account; empty for users of a file that had none.
    pub uid: String,
    /// Full id at the tenant; empty for who is not there.
    pub user_id: String,
    /// Address as it was sent.
    pub email: String,
    /// `imported`, `updated`, `already_there` or `failed`.
    pub outcome: String,
    /// The part that it was sent in.
    pub part: u32,
    /// The user as it was sent, hashes included: never show it as it is.
    pub sent: Option<Map<String, Value>>,
}

impl Trace {
    /// Whether the run wrote the user: made or changed it.
    #[must_use]
    pub fn is_written(&self) -> bool {
        matches!(self.outcome.as_str(), "imported" | "updated")
    }

    /// Whether the tenant refused the user.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.outcome == "failed"
    }
}

/// Why a run cannot be asked.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// A file of the run cannot be read.
    #[error("{MAP} cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The part is not the one that was sent.
    #[error(transparent)]
    Part(#[from] PartFileError),
}

/// Looks for a user in a run by its full id (`auth0|…`), else by its address. None when the run has not brought it, or
/// was not imported yet. A failed user counts only when nobody better is found.
///
/// # Errors
/// [`TraceError`]
pub fn trace(folder: &RunFolder, user_id: &str, email: Option<&str>) -> Result<Option<Trace>, TraceError> {
    let Some(index) = index::Index::open(folder)? else { return Ok(None) };
    let bare = user_id.strip_prefix("auth0|").unwrap_or(user_id);
    let mut lines = index.lines(index::Key::Uid, bare)?;
    if let Some(email) = email {
        lines.extend(index.lines(index::Key::Email, &email.to_lowercase())?);
    }
    let mut map = File::open(folder.file(MAP))?;
    let mut found: Option<Trace> = None;
    for at in lines {
        let Some(line) = line(&mut map, at)? else { continue };
        let by_id = line.uid == bare;
        let by_email = email.is_some_and(|email| email.eq_ignore_ascii_case(&line.email));
        // An address alone is enough for who was sent without an id.
        if !by_id && !(by_email && (line.uid.is_empty() || line.user_id == user_id)) {
            continue;
        }
        if found.as_ref().is_none_or(|found| found.is_refused() && !line.is_refused()) {
            found = Some(line);
        }
    }
    let Some(mut found) = found else { return Ok(None) };
    found.sent = sent(folder, &found)?;
    Ok(Some(found))
}

/// The line of the crosswalk that begins there.
fn line(map: &mut File, at: u64) -> std::io::Result<Option<Trace>> {
    map.seek(SeekFrom::Start(at))?;
    let mut rows =
        csv::ReaderBuilder::new().has_headers(false).from_reader(BufReader::with_capacity(4096, map));
    let mut row = csv::StringRecord::new();
    if !rows.read_record(&mut row).map_err(std::io::Error::other)? {
        return Ok(None);
    }
    let cell = |column: usize| row.get(column).unwrap_or_default().to_owned();
    let part = row.get(4).and_then(|part| part.parse().ok());
    Ok(part.map(|part| Trace {
        uid: cell(0),
        user_id: cell(1),
        email: cell(2),
        outcome: cell(3),
        part,
        sent: None,
    }))
}

/// The user as it stands in its part.
fn sent(folder: &RunFolder, trace: &Trace) -> Result<Option<Map<String, Value>>, TraceError> {
    let Ok(manifest) = folder.manifest() else { return Ok(None) };
    let Some(part) = manifest.parts.iter().find(|part| part.number == trace.part) else { return Ok(None) };
    let file = PartFile::load(folder, part)?;
    let place = (0_u32..).zip(file.keys()?).find(|(_, keys)| match trace.uid.as_str() {
        "" => keys.email.as_deref() == Some(trace.email.as_str()),
        uid => keys.user_id.as_deref() == Some(uid),
    });
    let Some((index, _)) = place else { return Ok(None) };
    Ok(file.users(&[index])?.into_iter().next().map(|(_, user)| user))
}

/// Lines of a file with the places where they begin.
fn places(map: &File, mut visit: impl FnMut(u64, &csv::ByteRecord)) -> std::io::Result<()> {
    let mut input = BufReader::with_capacity(1 << 18, map);
    let header = {
        let mut header = Vec::new();
        input.read_until(b'\n', &mut header)? as u64
    };
    let mut rows = csv::ReaderBuilder::new().has_headers(false).from_reader(input);
    let mut row = csv::ByteRecord::new();
    while rows.read_byte_record(&mut row).map_err(std::io::Error::other)? {
        visit(header + row.position().map_or(0, csv::Position::byte), &row);
    }
    Ok(())
}

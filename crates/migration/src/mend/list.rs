//! The lines of `set-aside.ndjson` and `retry.ndjson`, page by page.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::MendError;
use crate::run::RunFolder;

/// Where a record stands in the input.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Position {
    /// The input, as positions call it: a path, and for a file of an archive `path!name`.
    pub input: String,
    /// Counts from 1.
    pub record: u64,
    /// First byte in the (expanded) input.
    pub byte: u64,
}

/// A line of `set-aside.ndjson`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SetAside {
    /// Where the record stands.
    pub position: Position,
    /// UID of the account, when it is known.
    pub uid: Option<String>,
    /// Stable code.
    pub code: String,
    /// A sentence for a person.
    pub reason: String,
    /// What can be done.
    pub fix: String,
    /// The first bytes of a record that is no JSON.
    #[serde(default)]
    pub raw: Option<String>,
}

/// A line of a file that lists users who can be mended.
pub trait Line: DeserializeOwned {
    /// The file, in the run folder.
    const FILE: &'static str;
    /// Most bytes of a line.
    const LONGEST: u64;
    /// Why the user stands there.
    fn code(&self) -> &str;
}

impl Line for SetAside {
    const FILE: &'static str = "set-aside.ndjson";
    // The longest has the beginning of a broken record in it.
    const LONGEST: u64 = 1 << 16;

    fn code(&self) -> &str {
        &self.code
    }
}

/// A line and its place in the file, by which it is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<L = SetAside> {
    /// First byte of the line in its file.
    pub at: u64,
    /// The line.
    pub line: L,
}

/// Some lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<L = SetAside> {
    /// The lines, in the order of the file.
    pub items: Vec<Item<L>>,
    /// Where the next page begins, when there is one.
    pub next: Option<u64>,
}

/// At most `count` lines of a run from byte `from` on, all of them or those of one code. Memory does not grow with the file.
///
/// # Errors
/// [`MendError::Io`]. A run without the file has no lines.
pub fn page<L: Line>(
    folder: &RunFolder,
    from: u64,
    code: Option<&str>,
    count: usize,
) -> Result<Page<L>, MendError> {
    let mut page = Page { items: Vec::new(), next: None };
    let Some(mut lines) = Lines::open(folder, L::FILE, from)? else { return Ok(page) };
    while let Some(item) = lines.next::<L>()? {
        if code.is_some_and(|code| code != item.line.code()) {
            continue;
        }
        if page.items.len() == count {
            page.next = Some(item.at);
            break;
        }
        page.items.push(item);
    }
    Ok(page)
}

/// The line of a run that begins at a byte; none when there is none.
///
/// # Errors
/// [`MendError::Io`].
pub fn item<L: Line>(folder: &RunFolder, at: u64) -> Result<Option<Item<L>>, MendError> {
    let Some(mut lines) = Lines::open(folder, L::FILE, at.saturating_sub(1))? else { return Ok(None) };
    // A place inside a line is none: the byte before one is the end of another.
    if at > 0 && !lines.ends_here()? {
        return Ok(None);
    }
    Ok(lines.next()?.filter(|item| item.at == at))
}

struct Lines {
    path: PathBuf,
    reader: BufReader<File>,
    at: u64,
    text: Vec<u8>,
}

impl Lines {
    fn open(folder: &RunFolder, name: &str, from: u64) -> Result<Option<Self>, MendError> {
        let path = folder.file(name);
        let failed = |source| MendError::Io { path: path.clone(), source };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mut reader = BufReader::with_capacity(1 << 16, file);
        reader.seek(SeekFrom::Start(from)).map_err(failed)?;
        Ok(Some(Self { path, reader, at: from, text: Vec::new() }))
    }

    /// Steps over one byte; whether it was the end of a line.
    fn ends_here(&mut self) -> Result<bool, MendError> {
        let mut byte = [0];
        let count = self.reader.read(&mut byte).map_err(|source| self.failed(source))?;
        self.at += count as u64;
        Ok(count == 1 && byte == *b"\n")
    }

    /// The next line that can be understood.
    fn next<L: Line>(&mut self) -> Result<Option<Item<L>>, MendError> {
        loop {
            self.text.clear();
            let read = self.reader.by_ref().take(L::LONGEST).read_until(b'\n', &mut self.text);
            let count = read.map_err(|source| self.failed(source))?;
            if count == 0 {
                return Ok(None);
            }
            let at = self.at;
            self.at += count as u64;
            if let Ok(line) = serde_json::from_slice(&self.text) {
                return Ok(Some(Item { at, line }));
            }
        }
    }

    fn failed(&self, source: io::Error) -> MendError {
        MendError::Io { path: self.path.clone(), source }
    }
}

//! The lines of `set-aside.ndjson`, page by page.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use serde::{Deserialize, Serialize};

use super::{MendError, Mender};

/// Most bytes of a line; the longest has the beginning of a broken record in it.
const LINE: u64 = 1 << 16;

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

/// A line and its place in the file, by which it is found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// First byte of the line in `set-aside.ndjson`.
    pub at: u64,
    /// The line.
    pub line: SetAside,
}

/// Some lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The lines, in the order of the file.
    pub items: Vec<Item>,
    /// Where the next page begins, when there is one.
    pub next: Option<u64>,
}

impl Mender {
    /// At most `count` lines from byte `from` on, all of them or those of one code. Memory does not grow with the file.
    ///
    /// # Errors
    /// [`MendError::Io`]. A run without the file has no lines.
    pub fn page(&self, from: u64, code: Option<&str>, count: usize) -> Result<Page, MendError> {
        let Some(mut lines) = self.lines(from)? else { return Ok(Page::default()) };
        let mut page = Page::default();
        while let Some(item) = lines.next().map_err(|source| self.unreadable(source))? {
            if code.is_some_and(|code| code != item.line.code) {
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

    /// The line that begins at a byte; none when there is none.
    ///
    /// # Errors
    /// [`MendError::Io`].
    pub fn item(&self, at: u64) -> Result<Option<Item>, MendError> {
        // A place inside a line is none: the byte before one is the end of another.
        let start = at.saturating_sub(1);
        let Some(mut lines) = self.lines(start)? else { return Ok(None) };
        if at > 0 {
            let mut before = [0];
            let read = lines.reader.read_exact(&mut before);
            if read.is_err() || before != *b"\n" {
                return Ok(None);
            }
            lines.at = at;
        }
        let next = lines.next().map_err(|source| self.unreadable(source))?;
        Ok(next.filter(|item| item.at == at))
    }

    fn lines(&self, from: u64) -> Result<Option<Lines>, MendError> {
        let file = match File::open(self.folder.file("set-aside.ndjson")) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.unreadable(error)),
        };
        let mut reader = BufReader::with_capacity(1 << 16, file);
        reader.seek(SeekFrom::Start(from)).map_err(|error| self.unreadable(error))?;
        Ok(Some(Lines { reader, at: from, text: Vec::new() }))
    }

    fn unreadable(&self, source: io::Error) -> MendError {
        MendError::Io { path: self.folder.file("set-aside.ndjson"), source }
    }
}

struct Lines {
    reader: BufReader<File>,
    at: u64,
    text: Vec<u8>,
}

impl Lines {
    /// The next line that says what was set aside.
    fn next(&mut self) -> io::Result<Option<Item>> {
        loop {
            self.text.clear();
            let count = self.reader.by_ref().take(LINE).read_until(b'\n', &mut self.text)?;
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
}

//! `id-map.index`: where in `id-map.csv` a user stands, by id and by address.
//!
//! A head of three numbers (what the file is, length and time of change of the map that it was made from), then pairs of a
//! hash and the place of a line, sorted by hash; all numbers are 8 bytes, little-endian.

use std::fs::File;
use std::hash::Hasher as _;
use std::io::{self, BufWriter, Read as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::time::UNIX_EPOCH;

use siphasher::sip::SipHasher13;

use super::{MAP, places};
use crate::run::RunFolder;

const NAME: &str = "id-map.index";

/// Says what the file is, and in which version.
const MAGIC: u64 = u64::from_le_bytes(*b"xwidmap1");

const HEAD: u64 = 24;
const ENTRY: u64 = 16;

/// What an entry is found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// The id that was sent.
    Uid,
    /// The address in lower case.
    Email,
}

impl Key {
    fn hash(self, text: &str) -> u64 {
        // Fixed keys: the index is read by other processes. Who makes texts collide makes his own look-up slower.
        let mut hasher = SipHasher13::new_with_keys(0x6372_6f73, self as u64);
        hasher.write(text.as_bytes());
        hasher.finish()
    }
}

/// An index that fits the map of its run.
#[derive(Debug)]
pub(super) struct Index {
    file: File,
    entries: u64,
}

impl Index {
    /// Opens the index of a run; makes it where it is missing or old. None when the run has no map.
    pub(super) fn open(folder: &RunFolder) -> io::Result<Option<Self>> {
        let map = match File::open(folder.file(MAP)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other?,
        };
        let head = head(&map)?;
        if let Some(index) = Self::read(folder, head)? {
            return Ok(Some(index));
        }
        make(folder, &map, head)?;
        Self::read(folder, head)
    }

    fn read(folder: &RunFolder, head: [u64; 3]) -> io::Result<Option<Self>> {
        let Ok(mut file) = File::open(folder.file(NAME)) else { return Ok(None) };
        let mut found = [0; HEAD as usize];
        if file.read_exact(&mut found).is_err() || found != bytes(head) {
            return Ok(None);
        }
        let entries = file.metadata()?.len().saturating_sub(HEAD) / ENTRY;
        Ok(Some(Self { file, entries }))
    }

    /// Where the lines begin that may be meant; a line of somebody else is possible.
    pub(super) fn lines(&self, key: Key, text: &str) -> io::Result<Vec<u64>> {
        let hash = key.hash(text);
        let (mut low, mut high) = (0, self.entries);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.entry(middle)?.0 < hash { low = middle + 1 } else { high = middle }
        }
        let mut lines = Vec::new();
        while low < self.entries {
            let (found, line) = self.entry(low)?;
            if found != hash {
                break;
            }
            lines.push(line);
            low += 1;
        }
        Ok(lines)
    }

    fn entry(&self, number: u64) -> io::Result<(u64, u64)> {
        let mut pair = [[0; 8]; 2];
        self.file.read_exact_at(pair.as_flattened_mut(), HEAD + number * ENTRY)?;
        Ok((u64::from_le_bytes(pair[0]), u64::from_le_bytes(pair[1])))
    }
}

/// What the index of this map begins with.
fn head(map: &File) -> io::Result<[u64; 3]> {
    let about = map.metadata()?;
    let changed = about.modified()?.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    Ok([MAGIC, about.len(), u64::try_from(changed).unwrap_or(u64::MAX)])
}

fn bytes(head: [u64; 3]) -> [u8; HEAD as usize] {
    let mut bytes = [0; HEAD as usize];
    bytes.as_chunks_mut().0.iter_mut().zip(head).for_each(|(place, number)| *place = number.to_le_bytes());
    bytes
}

fn make(folder: &RunFolder, map: &File, head: [u64; 3]) -> io::Result<()> {
    let mut entries: Vec<(u64, u64)> = Vec::new();
    places(map, |at, row| {
        for (key, column) in [(Key::Uid, 0), (Key::Email, 2)] {
            let text = row.get(column).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("");
            match (key, text) {
                (_, "") => {}
                (Key::Uid, uid) => entries.push((key.hash(uid), at)),
                (Key::Email, email) => entries.push((key.hash(&email.to_lowercase()), at)),
            }
        }
    })?;
    entries.sort_unstable();
    // Two who make it at once write the same; the name is taken when it is whole.
    let draft = tempfile::NamedTempFile::new_in(folder.path())?;
    let mut out = BufWriter::with_capacity(1 << 18, draft.as_file());
    out.write_all(&bytes(head))?;
    for (hash, at) in entries {
        out.write_all(&hash.to_le_bytes())?;
        out.write_all(&at.to_le_bytes())?;
    }
    out.flush()?;
    drop(out);
    draft.persist(folder.file(NAME)).map_err(|error| error.error)?;
    Ok(())
}

//! The bytes of a record that was read, found again by its position.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use scan::{Kind, PADDING, Scanner};

use super::{MendError, Mender, Position};
use crate::read::{Chunk, Format, Records, Stream};
use crate::run::Input;

/// Where accounts of a site and users of a retry stand in a run folder.
const SOURCE: &str = "source";

impl Mender {
    /// The text of the record at a position. Bytes that are no UTF-8 become U+FFFD. An input that is plain JSON is read at that
    /// place only; any other up to there, in bounded memory.
    ///
    /// # Errors
    /// [`MendError`]: the input is gone or is not the one that was read, or has no such record.
    pub fn record(&self, position: &Position) -> Result<String, MendError> {
        let input = self.input(&position.input).ok_or_else(|| no_record(position))?;
        if input.path == "-" {
            return Err(MendError::Piped);
        }
        let path = self.place(input);
        self.is_unchanged(&path, input)?;
        match self.at_once(&path, position) {
            Some(text) => Ok(text),
            None => self.by_reading(&path, position),
        }
    }

    /// The input that positions call so.
    fn input(&self, name: &str) -> Option<&Input> {
        self.manifest.inputs.iter().find(|input| {
            let rest = name.strip_prefix(&input.path);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('!'))
        })
    }

    /// Whether an input, as positions call it, is a table, whose values are all texts.
    pub(super) fn is_table(&self, name: &str) -> bool {
        let Some(input) = self.input(name) else { return false };
        let mut stream = Stream::new(vec![self.place(input)], self.options.read);
        while let Ok(Some(chunk)) = stream.next_chunk() {
            if in_archive(&chunk.name) == in_archive(name) {
                return chunk.rows;
            }
            stream.recycle(chunk.bytes);
        }
        false
    }

    /// Where an input is now. What was recorded in the run folder is there, wherever that is.
    fn place(&self, input: &Input) -> PathBuf {
        let path = Path::new(&input.path);
        let inside =
            path.parent().is_some_and(|parent| parent.ends_with(Path::new(&self.folder.name()).join(SOURCE)));
        match path.file_name().filter(|_| inside) {
            Some(name) => self.folder.file(SOURCE).join(name),
            None => path.to_owned(),
        }
    }

    /// Holds an input against the manifest; once, unless it is written to meanwhile.
    fn is_unchanged(&self, path: &Path, input: &Input) -> Result<(), MendError> {
        let gone = |source| MendError::Gone { path: path.to_owned(), source };
        let about = fs::metadata(path).map_err(gone)?;
        let now = (about.len(), about.modified().ok());
        if self.known.lock().unwrap_or_else(PoisonError::into_inner).get(path) == Some(&now) {
            return Ok(());
        }
        if about.len() != input.bytes {
            return Err(MendError::Changed(path.to_owned()));
        }
        let mut hasher = blake3::Hasher::new();
        io::copy(&mut File::open(path).map_err(gone)?, &mut hasher).map_err(gone)?;
        if hasher.finalize().to_hex().as_str() != input.blake3 {
            return Err(MendError::Changed(path.to_owned()));
        }
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), now);
        Ok(())
    }

    /// An object that stands at its place in a plain file; nothing when there is none.
    fn at_once(&self, path: &Path, position: &Position) -> Option<String> {
        let limits = self.options.read.limits;
        // A position that says more than the path names a file of an archive.
        if self.options.read.format == Format::Dsv
            || self.manifest.inputs.iter().all(|input| input.path != position.input)
        {
            return None;
        }
        let file = File::open(path).ok()?;
        let mut bytes = vec![0; limits.max_record + 1];
        let mut filled = 0;
        while filled < bytes.len() {
            match file.read_at(&mut bytes[filled..], position.byte + filled as u64).ok()? {
                0 => break,
                more => filled += more,
            }
        }
        bytes.truncate(filled);
        bytes.resize(filled + PADDING, 0);
        let mut scanner = Scanner::new(&bytes, 0, limits.max_depth);
        if scanner.peek() != b'{' {
            return None;
        }
        let span = scanner.value(0).ok().filter(|span| span.kind == Kind::Object)?;
        String::from_utf8(span.of(&bytes).to_vec()).ok()
    }

    /// Reads the input as the run has done until the record comes.
    fn by_reading(&self, path: &Path, position: &Position) -> Result<String, MendError> {
        let gone = |source| MendError::Gone { path: path.to_owned(), source };
        let mut stream = Stream::new(vec![path.to_owned()], self.options.read);
        while let Some(chunk) = stream.next_chunk().map_err(gone)? {
            if in_archive(&chunk.name) == in_archive(&position.input)
                && let Some(found) = self.in_chunk(&chunk, position)
            {
                return found;
            }
            stream.recycle(chunk.bytes);
        }
        Err(no_record(position))
    }

    fn in_chunk(&self, chunk: &Chunk, position: &Position) -> Option<Result<String, MendError>> {
        let text = |start: usize, end: usize| {
            let bytes = chunk.bytes.get(start..end).unwrap_or_default();
            String::from_utf8_lossy(bytes).trim_end().to_owned()
        };
        match &chunk.records {
            Records::Listed(records) => {
                let record = records.iter().find(|record| record.at == position.byte)?;
                Some(match &record.fault {
                    Some((code, reason)) if *code == "too_large" => Err(MendError::TooLarge {
                        input: position.input.clone(),
                        record: position.record,
                        reason: reason.clone(),
                    }),
                    _ => Ok(text(record.start, record.end)),
                })
            }
            Records::Lines => {
                let start = usize::try_from(position.byte.checked_sub(chunk.offset)?).ok()?;
                if start >= chunk.bytes.len() {
                    return None;
                }
                let mut scanner =
                    Scanner::new(chunk.bytes.padded(), start, self.options.read.limits.max_depth);
                let end = match scanner.value(0) {
                    Ok(span) if span.kind == Kind::Object => span.end as usize,
                    _ => memchr::memmem::find(&chunk.bytes[start..], b"\n{")
                        .map_or(chunk.bytes.len(), |line| start + line),
                };
                Some(Ok(text(start, end)))
            }
        }
    }
}

/// What an input that stands in an archive is called there.
fn in_archive(name: &str) -> Option<&str> {
    name.split_once('!').map(|(_, inner)| inner)
}

fn no_record(position: &Position) -> MendError {
    MendError::NoRecord { input: position.input.clone(), byte: position.byte }
}

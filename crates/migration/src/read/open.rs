//! Opening a file: its digest is taken on the way, compression is told from the first bytes and taken off.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::gzipped::Gzipped;
use super::zipped;
use crate::run::Input;

/// Bytes of a file on their way, counted and digested.
pub(crate) struct Digested<R> {
    inner: R,
    state: Arc<Mutex<(blake3::Hasher, u64)>>,
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.0.update(buffer.get(..count).unwrap_or(b""));
        state.1 += count as u64;
        Ok(count)
    }
}

/// The digest of a file that is being read.
#[derive(Clone, Default)]
pub(crate) struct Digest(Arc<Mutex<(blake3::Hasher, u64)>>);

impl Digest {
    fn over<R>(&self, inner: R) -> Digested<R> {
        Digested { inner, state: self.0.clone() }
    }

    /// What was read so far.
    pub(crate) fn input(&self, path: &Path) -> Input {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Input {
            path: path.display().to_string(),
            bytes: state.1,
            blake3: state.0.finalize().to_hex().to_string(),
        }
    }
}

/// One stream of plain bytes: a file, or an entry of an archive.
pub(crate) struct Plain {
    /// What to call it in positions.
    pub(crate) name: String,
    pub(crate) reader: Box<dyn Read + Send>,
    /// Whether it came out of something compressed, so that its size is bounded.
    pub(crate) expanded: bool,
}

/// Opens a file, or standard input for `-`. A zip archive gives one stream for each of its files.
///
/// # Errors
/// What the operating system says; a zip archive without a readable directory gives the streams that can be had, and
/// why there may be more.
pub(crate) fn open(path: &Path, digest: &Digest) -> io::Result<(Vec<Plain>, Option<String>)> {
    let name = path.display().to_string();
    if name == "-" {
        return open_stream(name, io::stdin(), digest);
    }
    let mut file = File::open(path)?;
    let mut magic = [0; 4];
    let (count, read) = read_full(&mut file, &mut magic);
    read?;
    file.seek(SeekFrom::Start(0))?;
    if magic[..count] == *zipped::MAGIC {
        io::copy(&mut digest.over(&file), &mut io::sink())?;
        return Ok(zipped::entries(&name, file));
    }
    open_stream(name, file, digest)
}

fn open_stream(
    name: String,
    reader: impl Read + Send + 'static,
    digest: &Digest,
) -> io::Result<(Vec<Plain>, Option<String>)> {
    let mut reader = digest.over(reader);
    let mut magic = [0; 4];
    let (count, read) = read_full(&mut reader, &mut magic);
    read?;
    let rest = Cursor::new(magic[..count].to_vec()).chain(reader);
    if magic[..count] == *zipped::MAGIC {
        // An archive has its directory at its end: it has to be on disk.
        let mut file = tempfile::tempfile()?;
        let mut rest = rest;
        io::copy(&mut rest, &mut file)?;
        return Ok(zipped::entries(&name, file));
    }
    let plain = if count >= 2 && magic[..2] == [0x1f, 0x8b] {
        let decoder = Gzipped::new(BufReader::with_capacity(1 << 16, rest));
        Plain { name, reader: Box::new(decoder), expanded: true }
    } else {
        Plain { name, reader: Box::new(rest), expanded: false }
    };
    Ok((vec![plain], None))
}

/// Reads until the buffer is full or the input ends; gives what was read even if an error follows.
pub(crate) fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> (usize, io::Result<()>) {
    let mut count = 0;
    while count < buffer.len() {
        match reader.read(&mut buffer[count..]) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return (count, Err(error)),
        }
    }
    (count, Ok(()))
}

//! Zip archives: one stream of plain bytes for each file in them.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::open::Plain;

/// First bytes of an archive.
pub(crate) const MAGIC: &[u8; 4] = b"PK\x03\x04";

/// The files of an archive in the order of its directory; and why there may be more. What macOS
/// puts beside files, and hidden files, are none of them.
pub(crate) fn entries(name: &str, file: File) -> (Vec<Plain>, Option<String>) {
    match file.try_clone().map_err(zip::result::ZipError::from).and_then(ZipArchive::new) {
        Ok(archive) => listed(name, &file, archive),
        Err(_) => (first(name, file).into_iter().collect(), Some(DAMAGED.to_owned())),
    }
}

fn listed(name: &str, file: &File, mut archive: ZipArchive<File>) -> (Vec<Plain>, Option<String>) {
    let mut plains = Vec::new();
    let mut trouble = None;
    for index in 0..archive.len() {
        let Ok(entry) = archive.by_index_raw(index) else {
            trouble = Some(DAMAGED.to_owned());
            continue;
        };
        let inner = entry.name().unwrap_or_else(|_| format!("entry {}", index + 1).into());
        if entry.is_dir() || is_hidden(&inner) {
            continue;
        }
        let Some(start) = entry.data_start() else {
            trouble = Some(DAMAGED.to_owned());
            continue;
        };
        let part = Part { file: file.try_clone().ok(), at: start, left: entry.compressed_size() };
        let body: Box<dyn Read + Send> = match entry.compression() {
            CompressionMethod::Stored => Box::new(part),
            CompressionMethod::Deflated => {
                Box::new(DeflateDecoder::new(BufReader::with_capacity(1 << 16, part)))
            }
            other => {
                trouble =
                    Some(format!("{inner} in it is packed with {other}; pack it with Deflate, as usual"));
                continue;
            }
        };
        let reader = Box::new(Checked { inner: body, crc: Crc::new(), expected: entry.crc32() });
        plains.push(Plain { name: format!("{name}!{inner}"), reader, expanded: true });
    }
    (plains, trouble)
}

const DAMAGED: &str = "the archive is damaged or cut short";

/// Hidden files, and the forks that macOS packs beside each file.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') && !matches!(part, "." | "..") || part == "__MACOSX")
}

/// The first file of an archive that was cut before its directory: what its local header promises.
fn first(name: &str, file: File) -> Option<Plain> {
    let mut header = [0; 30];
    let mut part = Part { file: Some(file), at: 0, left: u64::MAX };
    part.read_exact(&mut header).ok()?;
    let short = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let deflated = short(8) == 8;
    let mut title = vec![0; short(26) as usize];
    part.read_exact(&mut title).ok()?;
    part.at += short(28);
    let reader: Box<dyn Read + Send> = if deflated {
        Box::new(DeflateDecoder::new(BufReader::with_capacity(1 << 16, part)))
    } else {
        Box::new(part)
    };
    Some(Plain { name: format!("{name}!{}", String::from_utf8_lossy(&title)), reader, expanded: true })
}

/// A stretch of a file, read by position, so that streams of one archive do not disturb each other.
struct Part {
    file: Option<File>,
    at: u64,
    left: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(file) = &mut self.file else {
            return Err(io::Error::other("the archive cannot be opened twice"));
        };
        let wanted = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(&mut buffer[..wanted])?;
        if count == 0 && wanted > 0 && self.left != u64::MAX {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += count as u64;
        self.left = self.left.saturating_sub(count as u64);
        Ok(count)
    }
}

/// Checks the sum that the archive keeps of each file.
struct Checked {
    inner: Box<dyn Read + Send>,
    crc: Crc,
    expected: u32,
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.crc.update(buffer.get(..count).unwrap_or(b""));
        if count == 0 && !buffer.is_empty() && self.crc.sum() != self.expected {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its check sum is wrong"));
        }
        Ok(count)
    }
}

//! Files between steps.

use std::fs::File as Handle;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use rustix::fs::{AtFlags, CWD};

/// Files up to this many bytes are kept in memory, larger ones in the work folder.
const IN_MEMORY: usize = 1 << 20;

/// A whole file on its way from one step to the next: a name without a folder, and content that no longer changes.
///
/// Cheap to clone. A large one stands in the job's work folder without a name of its own, so that nothing of it is left
/// when the job ends, however it ends.
#[derive(Clone, Debug)]
pub struct File {
    name: String,
    body: Body,
}

#[derive(Clone, Debug)]
enum Body {
    Memory(Bytes),
    Disk { handle: Arc<Handle>, size: u64 },
}

impl File {
    /// A file of these bytes.
    pub fn new(name: impl Into<String>, content: impl Into<Bytes>) -> Self {
        Self { name: name.into(), body: Body::Memory(content.into()) }
    }

    /// A file that was opened elsewhere and does not change as long as the job runs.
    ///
    /// # Errors
    /// When its size cannot be read.
    pub fn opened(name: impl Into<String>, handle: Handle) -> io::Result<Self> {
        let size = handle.metadata()?.len();
        Ok(Self { name: name.into(), body: Body::Disk { handle: Arc::new(handle), size } })
    }

    /// Its name, without a folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same content under another name.
    #[must_use]
    pub fn renamed(self, name: impl Into<String>) -> Self {
        Self { name: name.into(), ..self }
    }

    /// Its size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        match &self.body {
            Body::Memory(bytes) => bytes.len() as u64,
            Body::Disk { size, .. } => *size,
        }
    }

    /// Reads it from its beginning. Each reader has its own place.
    #[must_use]
    pub fn reader(&self) -> FileReader {
        FileReader { file: self.clone(), at: 0 }
    }

    /// Gives it the name `path`, where no file is yet, without copying it.
    ///
    /// # Errors
    /// When it is in memory, has a name already, or stands on another file system: then it has to be copied.
    pub(crate) fn link(&self, path: &Path) -> io::Result<()> {
        let Body::Disk { handle, .. } = &self.body else { return Err(io::ErrorKind::Unsupported.into()) };
        // A file with a name is somebody else's, and two names for one file would change together.
        if handle.metadata()?.nlink() > 0 {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let own = format!("/proc/self/fd/{}", handle.as_raw_fd());
        Ok(rustix::fs::linkat(CWD, own, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }

    /// All of it. For tests and for small files.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn content(&self) -> io::Result<Bytes> {
        if let Body::Memory(bytes) = &self.body {
            return Ok(bytes.clone());
        }
        let mut all = Vec::new();
        self.reader().read_to_end(&mut all)?;
        Ok(all.into())
    }
}

/// A place in a [`File`]. Reads come from memory or, mostly, from the page cache; they are short enough for an async task
/// when made in pieces.
#[derive(Clone, Debug)]
pub struct FileReader {
    file: File,
    at: u64,
}

impl FileReader {
    /// The next bytes, at most `most`; empty at the end.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn chunk(&mut self, most: usize) -> io::Result<Bytes> {
        if let Body::Memory(bytes) = &self.file.body {
            let from = usize::try_from(self.at).unwrap_or(usize::MAX).min(bytes.len());
            let to = from.saturating_add(most).min(bytes.len());
            self.at = to as u64;
            return Ok(bytes.slice(from..to));
        }
        let left = usize::try_from(self.file.size().saturating_sub(self.at)).unwrap_or(usize::MAX);
        let mut buffer = vec![0; most.min(left)];
        let count = self.read(&mut buffer)?;
        buffer.truncate(count);
        Ok(buffer.into())
    }
}

impl Read for FileReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match &self.file.body {
            Body::Memory(bytes) => {
                let from = usize::try_from(self.at).unwrap_or(usize::MAX).min(bytes.len());
                let count = buffer.len().min(bytes.len() - from);
                buffer[..count].copy_from_slice(&bytes[from..from + count]);
                count
            }
            Body::Disk { handle, .. } => handle.read_at(buffer, self.at)?,
        };
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for FileReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.file.size().checked_add_signed(by),
        };
        self.at =
            at.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place before the beginning"))?;
        Ok(self.at)
    }
}

/// Writes a [`File`].
#[derive(Debug)]
pub struct FileWriter {
    name: String,
    work: PathBuf,
    buffer: Vec<u8>,
    disk: Option<Handle>,
    written: u64,
}

impl FileWriter {
    /// A file of this name; when it grows large, its bytes go to the folder `work`.
    pub fn new(name: impl Into<String>, work: &Path) -> Self {
        Self { name: name.into(), work: work.to_owned(), buffer: Vec::new(), disk: None, written: 0 }
    }

    /// Bytes so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.written + self.buffer.len() as u64
    }

    /// The buffer that the next bytes go to; after a record call [`FileWriter::spill`].
    pub(crate) fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.buffer
    }

    /// Writes the buffer out when it is large.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) fn spill(&mut self) -> io::Result<()> {
        if self.buffer.len() >= IN_MEMORY { self.write_out() } else { Ok(()) }
    }

    fn write_out(&mut self) -> io::Result<()> {
        let disk = match &mut self.disk {
            Some(disk) => disk,
            None => self.disk.insert(tempfile::tempfile_in(&self.work)?),
        };
        disk.write_all(&self.buffer)?;
        self.written += self.buffer.len() as u64;
        self.buffer.clear();
        Ok(())
    }

    /// The file is whole.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn finish(mut self) -> io::Result<File> {
        if self.disk.is_some() {
            self.write_out()?;
        }
        let body = match self.disk {
            Some(handle) => Body::Disk { handle: Arc::new(handle), size: self.written },
            None => Body::Memory(self.buffer.into()),
        };
        Ok(File { name: self.name, body })
    }
}

impl Write for FileWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        self.spill()?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

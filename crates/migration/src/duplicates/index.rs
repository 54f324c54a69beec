//! Where the bytes of each packed user are, and where the user came from; on disk, one entry of fixed size per user.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::FileExt;

/// Bytes of an entry.
const SIZE: usize = 40;

/// The place of one user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Part, from 1.
    pub part: u32,
    /// First byte in the part.
    pub start: u32,
    /// Bytes.
    pub len: u32,
    /// Input: index into the names of inputs.
    pub input: u32,
    /// Record in the input, from 1.
    pub record: u64,
    /// First byte of the record in the input.
    pub byte: u64,
    /// How the password gets across.
    pub lane: u8,
}

/// The places of all users, in the order of packing.
pub struct Index {
    file: File,
    waiting: Vec<u8>,
    count: u64,
    written: u64,
}

impl Index {
    /// An empty index in an anonymous file.
    ///
    /// # Errors
    /// The disk says no.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()?, waiting: Vec::new(), count: 0, written: 0 })
    }

    /// How many users there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.count
    }

    /// Whether there is no user.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds the place of the next user.
    ///
    /// # Errors
    /// The disk is full.
    pub fn push(&mut self, place: &Place) -> io::Result<()> {
        for number in [place.part, place.start, place.len, place.input] {
            self.waiting.extend_from_slice(&number.to_le_bytes());
        }
        for number in [place.record, place.byte, u64::from(place.lane)] {
            self.waiting.extend_from_slice(&number.to_le_bytes());
        }
        self.count += 1;
        if self.waiting.len() >= 1 << 16 { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write_all(&self.waiting)?;
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    /// The places of the users `from..to`, as far as there are such.
    ///
    /// # Errors
    /// The disk cannot be read.
    pub fn range(&mut self, from: u64, to: u64) -> io::Result<Vec<Place>> {
        self.flush()?;
        let to = to.min(self.count);
        let from = from.min(to);
        let mut bytes = vec![0; usize::try_from(to - from).unwrap_or(0) * SIZE];
        self.file.read_exact_at(&mut bytes, from * SIZE as u64)?;
        Ok(bytes.chunks_exact(SIZE).map(place).collect())
    }

    /// The place of one user.
    ///
    /// # Errors
    /// The disk cannot be read; there is no such user.
    pub fn get(&mut self, user: u64) -> io::Result<Place> {
        self.range(user, user + 1)?.pop().ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// Gives every place to `visit`, in order.
    ///
    /// # Errors
    /// The disk cannot be read, or what `visit` says.
    pub fn each(&mut self, mut visit: impl FnMut(u64, &Place) -> io::Result<()>) -> io::Result<()> {
        let mut from = 0;
        while from < self.count {
            let places = self.range(from, from + 4096)?;
            for place in &places {
                visit(from, place)?;
                from += 1;
            }
        }
        Ok(())
    }
}

fn place(bytes: &[u8]) -> Place {
    let number = |from: usize, size: usize| {
        bytes[from..from + size].iter().rev().fold(0_u64, |number, &byte| number << 8 | u64::from(byte))
    };
    #[expect(clippy::cast_possible_truncation, reason = "four bytes are read")]
    let short = |from: usize| number(from, 4) as u32;
    Place {
        part: short(0),
        start: short(4),
        len: short(8),
        input: short(12),
        record: number(16, 8),
        byte: number(24, 8),
        lane: bytes[32],
    }
}

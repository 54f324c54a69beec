//! Bytes that are read and given out. What was read once is never cleared again: only its length changes.

use std::io::{self, Read};
use std::ops::Deref;

use scan::PADDING;

use super::open::read_full;

/// Bytes of an input. It dereferences to those that are filled.
#[derive(Debug, Default)]
pub struct Buffer {
    /// Longer than what is filled: the rest is left over from before.
    bytes: Vec<u8>,
    filled: usize,
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(..self.filled).unwrap_or_default()
    }
}

impl Buffer {
    /// The filled bytes and the [`PADDING`] zero bytes that [`Buffer::seal`] has put behind them.
    #[must_use]
    pub fn padded(&self) -> &[u8] {
        self.bytes.get(..self.filled + PADDING).unwrap_or_default()
    }

    /// Puts [`PADDING`] zero bytes behind what is filled.
    pub(super) fn seal(&mut self) {
        self.make_room(PADDING);
        self.bytes[self.filled..self.filled + PADDING].fill(0);
    }

    fn make_room(&mut self, count: usize) {
        if self.bytes.len() < self.filled + count {
            self.bytes.resize(self.filled + count, 0);
        }
    }

    /// Reads up to `count` more bytes; gives how many came, even if an error follows.
    pub(super) fn fill(&mut self, reader: &mut impl Read, count: usize) -> (usize, io::Result<()>) {
        self.make_room(count + PADDING);
        let (read, result) = read_full(reader, &mut self.bytes[self.filled..self.filled + count]);
        self.filled += read;
        (read, result)
    }

    /// Appends bytes.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.make_room(bytes.len());
        self.bytes[self.filled..self.filled + bytes.len()].copy_from_slice(bytes);
        self.filled += bytes.len();
    }

    /// Takes the first `count` bytes away.
    pub(super) fn drop_front(&mut self, count: usize) {
        self.bytes.copy_within(count..self.filled, 0);
        self.filled -= count;
    }

    /// Keeps the first `count` bytes.
    pub(super) fn truncate(&mut self, count: usize) {
        self.filled = self.filled.min(count);
    }

    /// The filled bytes in a vector of their own.
    pub(super) fn into_vec(mut self) -> Vec<u8> {
        self.bytes.truncate(self.filled);
        self.bytes
    }
}

impl From<Vec<u8>> for Buffer {
    /// A buffer that is filled with these bytes, and sealed.
    fn from(bytes: Vec<u8>) -> Self {
        let filled = bytes.len();
        let mut buffer = Self { bytes, filled };
        buffer.seal();
        buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_length_changes_and_the_padding_is_always_zero() {
        let mut buffer = Buffer::default();
        assert_eq!(buffer.fill(&mut &[7_u8; 100][..], 80).0, 80);
        buffer.seal();
        assert_eq!(buffer.padded().len(), 80 + PADDING);
        buffer.drop_front(70);
        buffer.extend(b"abc");
        buffer.seal();
        assert_eq!(&*buffer, b"\x07\x07\x07\x07\x07\x07\x07\x07\x07\x07abc");
        assert!(buffer.padded()[13..].iter().all(|&byte| byte == 0));
        buffer.truncate(2);
        assert_eq!(buffer.into_vec(), [7, 7]);
    }
}

//! A watch over delimiter-separated values: a quoted value that never ends would take everything behind it for itself, and
//! a row without an end would grow in memory.

use std::io::{self, Read};

/// Passes bytes on and keeps track of quotes as RFC 4180 has them.
pub(crate) struct Quoted<R> {
    inner: R,
    delimiter: u8,
    max_row: usize,
    state: State,
    /// Bytes of the row so far.
    row: usize,
    /// Where the quoted value at hand began, in bytes from the start.
    opened: u64,
    passed: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// A value may begin with a quote here.
    Start,
    Plain,
    Quoted,
    /// After a quote within a quoted value: another one is a literal quote, anything else ends the value.
    Quote,
}

impl<R: Read> Quoted<R> {
    /// Rows that may have `max_row` bytes each, values divided by `delimiter`.
    pub(crate) fn new(inner: R, delimiter: u8, max_row: usize) -> Self {
        Self { inner, delimiter, max_row, state: State::Start, row: 0, opened: 0, passed: 0 }
    }

    fn watch(&mut self, bytes: &[u8]) -> io::Result<()> {
        for &byte in bytes {
            self.state = match (self.state, byte) {
                (State::Quoted, b'"') => State::Quote,
                (State::Quoted, _) | (State::Quote, b'"') => State::Quoted,
                (State::Start, b'"') => {
                    self.opened = self.passed;
                    State::Quoted
                }
                (_, b'\n' | b'\r') => {
                    self.row = 0;
                    State::Start
                }
                (_, byte) if byte == self.delimiter => State::Start,
                _ => State::Plain,
            };
            self.passed += 1;
            self.row += 1;
        }
        if self.row > self.max_row {
            return Err(self.endless());
        }
        Ok(())
    }

    fn endless(&self) -> io::Error {
        io::Error::other(if self.state == State::Quoted {
            format!("the quoted value that begins at byte {} does not end", self.opened)
        } else {
            format!("a row has more than {} bytes", self.max_row)
        })
    }
}

impl<R: Read> Read for Quoted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        if read == 0 && !out.is_empty() && self.state == State::Quoted {
            return Err(self.endless());
        }
        self.watch(&out[..read])?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, max_row: usize) -> Result<String, String> {
        let mut out = String::new();
        match Quoted::new(text.as_bytes(), b';', max_row).read_to_string(&mut out) {
            Ok(_) => Ok(out),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn quotes_that_end_pass() {
        for text in ["a;\"b;\"\"c\"\"\nd\";e\n", "5\" disk;x\n", "\"a\"b\";c\n\"\"", "\"\"\"\"\n", ""] {
            assert_eq!(read(text, 100), Ok(text.to_owned()));
        }
    }

    #[test]
    fn a_quote_that_never_ends_and_a_row_without_an_end_are_told() {
        let open = "the quoted value that begins at byte 4 does not end";
        assert_eq!(read("a;b\n\"c;d\ne;f\n", 100), Err(open.to_owned()));
        assert_eq!(read("a;b\n\"c;d\"\"\ne;f\n", 100), Err(open.to_owned()));
        assert_eq!(read("0123456789", 5), Err("a row has more than 5 bytes".to_owned()));
        assert_eq!(read("01234\n01234\n", 6), Ok("01234\n01234\n".to_owned()));
    }
}

//! A watch over delimiter-separated values: a quoted value that never ends would take everything behind it for itself, and
//! a row without an end would grow in memory.

use std::io::{self, Read};

/// Most bytes of a row, as of a record in JSON.
const MAX_ROW: usize = 1 << 24;

/// Passes bytes on and keeps track of quotes as the reader behind it does.
pub(super) struct Quoted<R> {
    inner: R,
    delimiter: u8,
    escape: Option<u8>,
    state: State,
    /// Bytes of the row so far.
    row: usize,
    /// The line at hand and the one in which the quoted value at hand begins, from 1.
    line: u64,
    opened: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// A value may begin with a quote here.
    Start,
    Plain,
    Quoted,
    /// After the escape character in a quoted value.
    Escaped,
    /// After a quote in a quoted value: without an escape character a second one stands for itself, anything else ends the
    /// quotes.
    Quote,
}

impl<R: Read> Quoted<R> {
    /// Values divided by `delimiter`; without `escape` quotes within them are doubled.
    pub(super) fn new(inner: R, delimiter: u8, escape: Option<u8>) -> Self {
        Self { inner, delimiter, escape, state: State::Start, row: 0, line: 1, opened: 0 }
    }

    fn watch(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.row += 1;
            self.line += u64::from(byte == b'\n');
            self.state = match (self.state, byte) {
                (State::Escaped, _) => State::Quoted,
                // The quote comes first, as it does in the reader behind.
                (State::Quoted, b'"') => State::Quote,
                (State::Quoted, byte) if Some(byte) == self.escape => State::Escaped,
                (State::Quoted, _) => State::Quoted,
                (State::Quote, b'"') if self.escape.is_none() => State::Quoted,
                (State::Start, b'"') => {
                    self.opened = self.line;
                    State::Quoted
                }
                (_, byte) if byte == self.delimiter => State::Start,
                (_, b'\n' | b'\r') => {
                    self.row = 0;
                    State::Start
                }
                _ => State::Plain,
            };
        }
    }

    fn is_open(&self) -> bool {
        matches!(self.state, State::Quoted | State::Escaped)
    }

    fn endless(&self) -> io::Error {
        io::Error::other(if self.is_open() {
            format!(
                "the quoted value that begins in line {} does not end; get the whole file, or close the quote",
                self.opened
            )
        } else {
            format!("line {} is longer than 16 MiB", self.line)
        })
    }
}

impl<R: Read> Read for Quoted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        if read == 0 && !out.is_empty() && self.is_open() {
            return Err(self.endless());
        }
        self.watch(&out[..read]);
        if self.row > MAX_ROW {
            return Err(self.endless());
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, escape: Option<u8>) -> Result<(), String> {
        let mut out = String::new();
        let read = Quoted::new(text.as_bytes(), b';', escape).read_to_string(&mut out);
        read.map(|_| assert_eq!(out, text)).map_err(|error| error.to_string())
    }

    #[test]
    fn quotes_that_end_pass() {
        for text in ["a;\"b;\"\"c\"\"\nd\";e\n", "5\" disk;x\n", "\"a\"b\";c\n\"\"", "\"\"\"\"\n", ""] {
            assert_eq!(read(text, None), Ok(()), "{text}");
        }
        for text in ["\"a\\\"b\";c\n", "\"a\\\\\"", "\"a\"\"", "a\\\"b\n\"c\""] {
            assert_eq!(read(text, Some(b'\\')), Ok(()), "{text}");
        }
    }

    #[test]
    fn a_quote_that_never_ends_is_told_with_its_line() {
        for (text, escape) in [
            ("a;b\n\"c;d\ne;f\n", None),
            ("a;b\n\"c;d\"\"\ne;f\n", None),
            ("\"a\";b\nx;\"c\\\"", Some(b'\\')),
            ("\"a\";b\nx;\"c\\", Some(b'\\')),
        ] {
            let told = read(text, escape).unwrap_err();
            assert!(
                told.starts_with("the quoted value that begins in line 2 does not end"),
                "{text}: {told}"
            );
        }
    }

    #[test]
    fn a_row_without_an_end_does_not_fill_the_memory() {
        let told = |first: &'static [u8]| {
            let endless = first.chain(io::repeat(b'x'));
            io::copy(&mut Quoted::new(endless, b';', None), &mut io::sink()).unwrap_err().to_string()
        };
        assert_eq!(told(b"a\nb"), "line 2 is longer than 16 MiB");
        assert!(told(b"a\n\"b").starts_with("the quoted value that begins in line 2 does not end"));
    }
}

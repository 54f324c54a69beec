//! The text of a JSON document gone through without building anything.

use memchr::memchr2;

/// The text of a document is not JSON; documents of a store always are, so the store is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a document of the store is not JSON")]
pub struct BrokenDocument;

/// A place in the text of a document.
#[derive(Debug)]
pub(super) struct Reader<'d> {
    text: &'d [u8],
    at: usize,
}

impl<'d> Reader<'d> {
    pub(super) fn new(text: &'d [u8]) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no white space, without taking it.
    pub(super) fn peek(&mut self) -> Result<u8, BrokenDocument> {
        loop {
            match self.text.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(BrokenDocument),
            }
        }
    }

    /// Takes the next byte if it is this one.
    pub(super) fn take(&mut self, wanted: u8) -> Result<bool, BrokenDocument> {
        let found = self.peek()? == wanted;
        self.at += usize::from(found);
        Ok(found)
    }

    /// Takes the next byte, which has to be this one.
    pub(super) fn expect(&mut self, wanted: u8) -> Result<(), BrokenDocument> {
        if self.take(wanted)? { Ok(()) } else { Err(BrokenDocument) }
    }

    /// Takes a string and gives it with its quotes.
    pub(super) fn string(&mut self) -> Result<&'d [u8], BrokenDocument> {
        self.expect(b'"')?;
        let start = self.at - 1;
        loop {
            let rest = self.text.get(self.at..).ok_or(BrokenDocument)?;
            let found = memchr2(b'"', b'\\', rest).ok_or(BrokenDocument)?;
            if rest.get(found) == Some(&b'"') {
                self.at += found + 1;
                return self.text.get(start..self.at).ok_or(BrokenDocument);
            }
            self.at += found + 2;
        }
    }

    /// Takes a value and gives its text.
    pub(super) fn value(&mut self) -> Result<&'d [u8], BrokenDocument> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' | b'[' => self.container(),
            _ => self.scalar(),
        }
    }

    fn scalar(&mut self) -> Result<&'d [u8], BrokenDocument> {
        let start = self.at;
        while let Some(byte) = self.text.get(self.at) {
            if matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r') {
                break;
            }
            self.at += 1;
        }
        match self.text.get(start..self.at) {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(BrokenDocument),
        }
    }

    /// Counts brackets instead of calling itself: depth costs nothing here.
    fn container(&mut self) -> Result<&'d [u8], BrokenDocument> {
        let start = self.at;
        let mut depth = 0_usize;
        loop {
            match *self.text.get(self.at).ok_or(BrokenDocument)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return self.text.get(start..self.at).ok_or(BrokenDocument);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        for (text, value) in [
            (r#" {"a":"}\"]","b":[{}]} , 1"#, r#"{"a":"}\"]","b":[{}]}"#),
            (r#""a\\" "b""#, r#""a\\""#),
            ("-1.5e3]", "-1.5e3"),
            ("[[],[1]]]", "[[],[1]]"),
            ("null}", "null"),
        ] {
            assert_eq!(Reader::new(text.as_bytes()).value(), Ok(value.as_bytes()), "{text}");
        }
        for text in ["", "  ", "{", "[{\"a\":1}", "\"", "\"\\\"", "\"\\", ",", "]", "{\"a"] {
            assert_eq!(Reader::new(text.as_bytes()).value(), Err(BrokenDocument), "{text}");
        }
    }
}

//! Walking over JSON text: every byte is visited once and validated, nothing is copied.
//!
//! The text ends in [`PADDING`] bytes of zero, so that a look of sixteen bytes never leaves it; zero is no part of any
//! JSON token, so every loop stops there by itself. UTF-8 is checked before, for many records at a time.

use wide::u8x16;

/// Zero bytes that must follow the last byte of the text.
pub const PADDING: usize = 32;

/// Why a text is not JSON, or too much of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not JSON: what was expected.
    #[error("{0}")]
    Syntax(&'static str),
    /// Nested deeper than allowed.
    #[error("nested too deep")]
    TooDeep,
}

/// What kind of value a [`Span`] holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// `null`, or nothing at all.
    #[default]
    Null,
    /// `true`
    True,
    /// `false`
    False,
    /// A number; its digits are the span.
    Number,
    /// A string without escapes; the span has the quotes.
    Plain,
    /// A string with escapes; the span has the quotes.
    Escaped,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A value in the text, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub kind: Kind,
}

impl Span {
    /// The bytes of the value.
    #[must_use]
    #[inline]
    pub fn of<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        text.get(self.start as usize..self.end as usize).unwrap_or(b"")
    }

    /// Whether there is nothing in it: `null`, an empty string, array or object.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        match self.kind {
            Kind::Null => true,
            Kind::Plain | Kind::Array | Kind::Object => self.end - self.start == 2,
            _ => false,
        }
    }
}

/// What was noticed on the way and stops nobody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Notices {
    /// Integers beyond 2^53, which a JavaScript back end may round.
    pub big_integers: u32,
}

/// A place in a text, and what it takes to go on from there.
#[derive(Debug)]
pub struct Scanner<'t> {
    /// The text, with its padding.
    pub text: &'t [u8],
    /// The next byte.
    pub at: usize,
    /// Deepest nesting that is taken.
    pub max_depth: u16,
    /// What was noticed.
    pub notices: Notices,
}

impl<'t> Scanner<'t> {
    /// Starts at `at` in `text`, which must end in [`PADDING`] zero bytes.
    #[must_use]
    pub fn new(text: &'t [u8], at: usize, max_depth: u16) -> Self {
        debug_assert!(text.len() >= PADDING && text[text.len() - PADDING..].iter().all(|&byte| byte == 0));
        Self { text, at, max_depth, notices: Notices::default() }
    }

    /// The next byte; zero at the end.
    #[inline]
    #[must_use]
    pub fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    /// Steps over white space and gives the next byte.
    #[inline]
    pub fn skip_space(&mut self) -> u8 {
        let mut byte = self.peek();
        while byte <= b' ' && matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
            byte = self.peek();
        }
        byte
    }

    /// Steps over one value, validating it, and tells where it was.
    ///
    /// # Errors
    /// [`Fault`]; `at` is then somewhere in the value.
    #[inline]
    pub fn value(&mut self, depth: u16) -> Result<Span, Fault> {
        let first = self.skip_space();
        let start = self.at;
        let kind = match first {
            b'"' => {
                self.at += 1;
                if self.string()? { Kind::Escaped } else { Kind::Plain }
            }
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            b't' => self.word(b"true", Kind::True)?,
            b'f' => self.word(b"false", Kind::False)?,
            b'n' => self.word(b"null", Kind::Null)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => return Err(Fault::Syntax("a value is missing")),
        };
        Ok(Span { start: start as u32, end: self.at as u32, kind })
    }

    fn word(&mut self, word: &'static [u8], kind: Kind) -> Result<Kind, Fault> {
        if self.text.get(self.at..self.at + word.len()) == Some(word) {
            self.at += word.len();
            Ok(kind)
        } else {
            Err(Fault::Syntax("a value is missing"))
        }
    }

    fn object(&mut self, depth: u16) -> Result<Kind, Fault> {
        if depth >= self.max_depth {
            return Err(Fault::TooDeep);
        }
        self.at += 1;
        if self.skip_space() == b'}' {
            self.at += 1;
            return Ok(Kind::Object);
        }
        loop {
            if self.peek() != b'"' {
                return Err(Fault::Syntax("the name of a member is missing"));
            }
            self.at += 1;
            self.string()?;
            self.colon()?;
            self.value(depth + 1)?;
            match self.skip_space() {
                b',' => {
                    self.at += 1;
                    self.skip_space();
                }
                b'}' => {
                    self.at += 1;
                    return Ok(Kind::Object);
                }
                _ => return Err(Fault::Syntax("a comma or } is missing")),
            }
        }
    }

    fn array(&mut self, depth: u16) -> Result<Kind, Fault> {
        if depth >= self.max_depth {
            return Err(Fault::TooDeep);
        }
        self.at += 1;
        if self.skip_space() == b']' {
            self.at += 1;
            return Ok(Kind::Array);
        }
        loop {
            self.value(depth + 1)?;
            match self.skip_space() {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Ok(Kind::Array);
                }
                _ => return Err(Fault::Syntax("a comma or ] is missing")),
            }
        }
    }

    /// Steps over a colon and the white space around it.
    #[inline]
    pub fn colon(&mut self) -> Result<(), Fault> {
        if self.peek() == b':' || self.skip_space() == b':' {
            self.at += 1;
            Ok(())
        } else {
            Err(Fault::Syntax("a colon is missing"))
        }
    }

    /// Steps over the rest of a string, closing quote included; `true` when it has escapes.
    #[inline]
    pub fn string(&mut self) -> Result<bool, Fault> {
        let mut escaped = false;
        loop {
            self.at += plain_run(self.text, self.at);
            match self.peek() {
                b'"' => {
                    self.at += 1;
                    return Ok(escaped);
                }
                b'\\' => {
                    escaped = true;
                    self.escape()?;
                }
                0 => return Err(Fault::Syntax("a string does not end")),
                _ => return Err(Fault::Syntax("a control character stands in a string")),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Fault> {
        match self.text.get(self.at + 1).copied().unwrap_or(0) {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {
                self.at += 2;
                Ok(())
            }
            b'u' => match self.text.get(self.at + 2..self.at + 6) {
                Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => {
                    self.at += 6;
                    Ok(())
                }
                _ => Err(Fault::Syntax("\\u needs four hexadecimal digits")),
            },
            _ => Err(Fault::Syntax("an unknown escape stands in a string")),
        }
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_ascii_digit() {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Kind, Fault> {
        const BAD: Fault = Fault::Syntax("a number is malformed");
        if self.peek() == b'-' {
            self.at += 1;
        }
        let start = self.at;
        let whole = self.digits();
        if whole == 0 || (whole > 1 && self.text.get(start) == Some(&b'0')) {
            return Err(BAD);
        }
        let mut integer = true;
        if self.peek() == b'.' {
            integer = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(BAD);
            }
        }
        if matches!(self.peek(), b'e' | b'E') {
            integer = false;
            self.at += 1;
            if matches!(self.peek(), b'+' | b'-') {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(BAD);
            }
        }
        if integer && whole >= 16 && beyond_2_53(&self.text[start..start + whole]) {
            self.notices.big_integers += 1;
        }
        Ok(Kind::Number)
    }
}

/// 2^53 = 9007199254740992 has sixteen digits, and no integer with fewer is beyond it.
fn beyond_2_53(digits: &[u8]) -> bool {
    digits.len() > 16 || digits > b"9007199254740992".as_slice()
}

/// How many bytes from `at` on are neither quote, backslash nor control character.
#[inline]
fn plain_run(text: &[u8], at: usize) -> usize {
    let quote = u8x16::splat(b'"');
    let backslash = u8x16::splat(b'\\');
    let control = u8x16::splat(0x1f);
    let mut run = 0;
    while let Some(block) = text.get(at + run..).and_then(|rest| rest.first_chunk::<16>()) {
        let block = u8x16::new(*block);
        let special = block.simd_eq(quote) | block.simd_eq(backslash) | block.min(control).simd_eq(block);
        let mask = special.to_bitmask();
        if mask != 0 {
            return run + mask.trailing_zeros() as usize;
        }
        run += 16;
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(json: &str) -> Result<Span, Fault> {
        let mut text = json.as_bytes().to_vec();
        text.extend_from_slice(&[0; PADDING]);
        let mut scanner = Scanner::new(&text, 0, 128);
        let span = scanner.value(0)?;
        if scanner.skip_space() == 0 && scanner.at == json.len() {
            Ok(span)
        } else {
            Err(Fault::Syntax("trailing"))
        }
    }

    #[test]
    fn agrees_with_serde_json_on_what_is_json() {
        let cases = [
            "{}",
            "[]",
            "[1,2]",
            "[1,]",
            "{\"a\":1,}",
            "{\"a\" : [ null , true,false ] }",
            "01",
            "-",
            "-0",
            "1.",
            "1.5e",
            "1e+9",
            "nul",
            "\"\\u12\"",
            "\"\\uZZZZ\"",
            "\"\\u12aF\"",
            "\"\\x\"",
            "\"tab\there\"",
            "\"open",
            "{\"a\"}",
            "{a:1}",
            "[1 2]",
            "{\"a\":1 \"b\":2}",
            "\"0123456789abcdef0123456789abcdef\"",
            "\"0123456789abcde\\\"f\"",
            "  [ ]  ",
            "true",
            "tru",
            "\u{1}",
            "{\"a\":{\"b\":[{}]}}",
            "[[]",
        ];
        for json in cases {
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(json).is_ok();
            assert_eq!(scan(json).is_ok(), theirs, "{json}");
        }
    }

    #[test]
    fn depth_is_bounded_before_it_hurts() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(scan(&deep(128)).is_ok());
        assert_eq!(scan(&deep(129)), Err(Fault::TooDeep));
        assert_eq!(scan(&deep(100_000)), Err(Fault::TooDeep));
    }

    #[test]
    fn counts_integers_that_javascript_rounds() {
        for (json, expected) in [
            ("9007199254740992", 0),
            ("9007199254740993", 1),
            ("[-12345678901234567890, 1.5]", 1),
            ("12345678901234567890.0", 0),
        ] {
            let mut text = json.as_bytes().to_vec();
            text.extend_from_slice(&[0; PADDING]);
            let mut scanner = Scanner::new(&text, 0, 128);
            scanner.value(0).unwrap();
            assert_eq!(scanner.notices.big_integers, expected, "{json}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_agrees_with_serde_json(json in "[\\[\\]{}\",:0-9eEtrufalsn\\\\u.+\\- \n]{0,40}") {
            let theirs = serde_json::from_str::<&serde_json::value::RawValue>(&json).is_ok();
            proptest::prop_assert_eq!(scan(&json).is_ok(), theirs);
        }
    }
}

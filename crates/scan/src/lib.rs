//! Walking over JSON text: every byte is visited once and validated, nothing is copied.
//!
//! The text ends in [`PADDING`] bytes of zero, so that a look of sixteen bytes never leaves it; zero is no part of any
//! JSON token, so every loop stops there by itself. UTF-8 is checked before, for many records at a time.

use wide::u8x16;

/// Zero bytes that must follow the last byte of the text.
pub const PADDING: usize = 32;

/// Why a text is not JSON, or too much of it. It is small, so that it travels in a register with every step of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says what it means in its text")]
pub enum Fault {
    /// Nested deeper than allowed.
    #[error("nested too deep")]
    TooDeep,
    #[error("an object is needed here")]
    Object,
    #[error("the name of a member is missing")]
    Name,
    #[error("a colon is missing")]
    Colon,
    #[error("a value is missing")]
    Value,
    #[error("a comma or }} is missing")]
    EndOfObject,
    #[error("a comma or ] is missing")]
    EndOfArray,
    #[error("a string does not end")]
    EndOfString,
    #[error("a control character stands in a string")]
    Control,
    #[error("an unknown escape stands in a string")]
    Escape,
    #[error("\\u needs four hexadecimal digits")]
    HexDigits,
    #[error("a number is malformed")]
    Number,
    #[error("something follows the object")]
    Trailing,
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
    /// Numbers beyond any double, which a JavaScript back end writes as `null`.
    pub infinite: u32,
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
        byte(self.text, self.at)
    }

    /// Steps over white space and gives the next byte.
    #[inline]
    pub fn skip_space(&mut self) -> u8 {
        self.at = solid(self.text, self.at);
        self.peek()
    }

    /// Steps over one value, validating it, and tells where it was.
    ///
    /// # Errors
    /// [`Fault`]
    #[inline]
    pub fn value(&mut self, depth: u16) -> Result<Span, Fault> {
        self.skip_space();
        let start = self.at;
        let kind = self.value_here(depth)?;
        Ok(Span { start: start as u32, end: self.at as u32, kind })
    }

    /// Steps over the value that starts at `at`. It gives no more than fits into a register: a [`Span`] would go through
    /// memory, in pieces that no processor forwards at once.
    fn value_here(&mut self, depth: u16) -> Result<Kind, Fault> {
        let first = self.peek();
        match first {
            b'"' => {
                self.at += 1;
                let escaped = self.string()?;
                Ok(if escaped { Kind::Escaped } else { Kind::Plain })
            }
            b'{' => self.container(depth).map(|()| Kind::Object),
            b'[' => self.container(depth).map(|()| Kind::Array),
            _ => {
                self.at = scalar_end(self.text, self.at, &mut self.notices)?;
                Ok(match first {
                    b't' => Kind::True,
                    b'f' => Kind::False,
                    b'n' => Kind::Null,
                    _ => Kind::Number,
                })
            }
        }
    }

    /// Steps over an object or array, which starts at `at`, and everything in it. A loop and a bit for each open level
    /// instead of recursion: most of an account's bytes pass through here.
    fn container(&mut self, depth: u16) -> Result<(), Fault> {
        let text = self.text;
        let mut at = self.at;
        let mut open = OpenLevels::default();
        loop {
            // Here starts a value.
            match byte(text, at) {
                b'"' => at = string_end(text, at + 1)?.0,
                first @ (b'{' | b'[') => {
                    if usize::from(depth) + open.count >= usize::from(self.max_depth) {
                        return Err(Fault::TooDeep);
                    }
                    open.enter(first == b'{')?;
                    at = solid(text, at + 1);
                    // Both closing characters come two after their opening ones.
                    if byte(text, at) != first + 2 {
                        if open.object {
                            at = name_end(text, at)?;
                        }
                        continue;
                    }
                    at += 1;
                    if open.leave() {
                        self.at = at;
                        return Ok(());
                    }
                }
                _ => at = scalar_end(text, at, &mut self.notices)?,
            }
            // Here a value has ended.
            loop {
                at = solid(text, at);
                match byte(text, at) {
                    b',' => {
                        at = solid(text, at + 1);
                        if open.object {
                            at = name_end(text, at)?;
                        }
                        break;
                    }
                    b'}' if open.object => {}
                    b']' if !open.object => {}
                    _ if open.object => return Err(Fault::EndOfObject),
                    _ => return Err(Fault::EndOfArray),
                }
                at += 1;
                if open.leave() {
                    self.at = at;
                    return Ok(());
                }
            }
        }
    }

    /// Steps over a colon and the white space before it.
    ///
    /// # Errors
    /// [`Fault`] when there is none.
    #[inline]
    pub fn colon(&mut self) -> Result<(), Fault> {
        self.at = colon_end(self.text, self.at)?;
        Ok(())
    }

    /// Steps over the rest of a string, closing quote included; `true` when it has escapes.
    ///
    /// # Errors
    /// [`Fault`] when it does not end, or holds what no string may.
    #[inline]
    pub fn string(&mut self) -> Result<bool, Fault> {
        let (end, escaped) = string_end(self.text, self.at)?;
        self.at = end;
        Ok(escaped)
    }
}

/// The byte at `at`; zero beyond the end.
#[inline]
fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// The first byte from `at` on that is no white space.
#[inline]
fn solid(text: &[u8], mut at: usize) -> usize {
    while matches!(byte(text, at), b' ' | b'\n' | b'\r' | b'\t') {
        at += 1;
    }
    at
}

#[inline]
fn colon_end(text: &[u8], at: usize) -> Result<usize, Fault> {
    if byte(text, at) == b':' {
        return Ok(at + 1);
    }
    let at = solid(text, at);
    if byte(text, at) == b':' { Ok(at + 1) } else { Err(Fault::Colon) }
}

/// Where the value of the member whose name starts at `at` stands.
#[inline]
fn name_end(text: &[u8], at: usize) -> Result<usize, Fault> {
    if byte(text, at) != b'"' {
        return Err(Fault::Name);
    }
    let (end, _) = string_end(text, at + 1)?;
    Ok(solid(text, colon_end(text, end)?))
}

/// Where the string whose first character is at `at` has ended, closing quote included, and whether it has escapes.
#[inline]
fn string_end(text: &[u8], at: usize) -> Result<(usize, bool), Fault> {
    let mut end = at;
    // Two looks are enough for nearly all names and most values.
    for _ in 0..2 {
        let run = plain_run(text, end);
        end += run;
        if run < 16 {
            break;
        }
    }
    if byte(text, end) == b'"' { Ok((end + 1, false)) } else { long_string_end(text, end) }
}

/// The same for strings that are long or hold escapes.
fn long_string_end(text: &[u8], mut at: usize) -> Result<(usize, bool), Fault> {
    let mut escaped = false;
    loop {
        let run = plain_run(text, at);
        at += run;
        match byte(text, at) {
            b'"' => return Ok((at + 1, escaped)),
            b'\\' => {
                escaped = true;
                at = escape_end(text, at)?;
            }
            0x20.. if run == 16 => {}
            0 => return Err(Fault::EndOfString),
            _ => return Err(Fault::Control),
        }
    }
}

fn escape_end(text: &[u8], at: usize) -> Result<usize, Fault> {
    match byte(text, at + 1) {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(at + 2),
        b'u' => match text.get(at + 2..at + 6) {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => Ok(at + 6),
            _ => Err(Fault::HexDigits),
        },
        _ => Err(Fault::Escape),
    }
}

/// Where the number or word that starts at `at` has ended.
#[inline]
fn scalar_end(text: &[u8], at: usize, notices: &mut Notices) -> Result<usize, Fault> {
    let word = match byte(text, at) {
        b'-' | b'0'..=b'9' => return number_end(text, at, notices).ok_or(Fault::Number),
        b't' => b"true".as_slice(),
        b'f' => b"false",
        b'n' => b"null",
        _ => b"",
    };
    if !word.is_empty() && text.get(at..at + word.len()) == Some(word) {
        Ok(at + word.len())
    } else {
        Err(Fault::Value)
    }
}

fn number_end(text: &[u8], mut at: usize, notices: &mut Notices) -> Option<usize> {
    at += usize::from(byte(text, at) == b'-');
    let start = at;
    at = digits_end(text, at);
    let whole = at - start;
    if whole == 0 || (whole > 1 && byte(text, start) == b'0') {
        return None;
    }
    let next = byte(text, at);
    if !matches!(next, b'.' | b'e' | b'E') {
        if whole >= 16 && beyond_2_53(&text[start..at]) {
            if whole > f64::MAX_10_EXP as usize && is_infinite(&text[start..at]) {
                notices.infinite += 1;
            } else {
                notices.big_integers += 1;
            }
        }
        return Some(at);
    }
    if next == b'.' {
        let end = digits_end(text, at + 1);
        if end == at + 1 {
            return None;
        }
        at = end;
    }
    if matches!(byte(text, at), b'e' | b'E') {
        at += 1;
        at += usize::from(matches!(byte(text, at), b'+' | b'-'));
        let end = digits_end(text, at);
        if end == at {
            return None;
        }
        at = end;
        notices.infinite += u32::from(is_infinite(&text[start..at]));
    }
    Some(at)
}

/// Whether no double is as large as the number.
#[cold]
fn is_infinite(number: &[u8]) -> bool {
    std::str::from_utf8(number).ok().and_then(|text| text.parse::<f64>().ok()).is_some_and(f64::is_infinite)
}

/// The first byte from `at` on that is no digit.
#[inline]
fn digits_end(text: &[u8], mut at: usize) -> usize {
    let (zero, nine) = (u8x16::splat(b'0'), u8x16::splat(9));
    while let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<16>()) {
        let value = u8x16::new(*block) - zero;
        let digits = value.min(nine).simd_eq(value).to_bitmask();
        let run = (!digits).trailing_zeros().min(16) as usize;
        at += run;
        if run < 16 {
            break;
        }
    }
    at
}

/// Which of the levels that are open are objects.
#[derive(Debug, Default)]
struct OpenLevels {
    count: usize,
    /// Whether the innermost is an object.
    object: bool,
    /// Whether those around it are.
    around: [u64; 16],
}

impl OpenLevels {
    #[inline]
    fn enter(&mut self, object: bool) -> Result<(), Fault> {
        let (word, bit) = (self.count / 64, self.count % 64);
        let around = self.around.get_mut(word).ok_or(Fault::TooDeep)?;
        *around = *around & !(1 << bit) | u64::from(self.object) << bit;
        self.count += 1;
        self.object = object;
        Ok(())
    }

    /// Closes the innermost level; `true` when it was the last.
    #[inline]
    fn leave(&mut self) -> bool {
        self.count -= 1;
        let (word, bit) = (self.count / 64, self.count % 64);
        self.object = self.around.get(word).is_some_and(|around| around >> bit & 1 == 1);
        self.count == 0
    }
}

/// 2^53 = 9007199254740992 has sixteen digits, and no integer with fewer is beyond it.
fn beyond_2_53(digits: &[u8]) -> bool {
    digits.len() > 16 || digits > b"9007199254740992".as_slice()
}

/// How many of the sixteen bytes from `at` on stand before the first quote, backslash or control character.
#[inline]
fn plain_run(text: &[u8], at: usize) -> usize {
    let quote = u8x16::splat(b'"');
    let backslash = u8x16::splat(b'\\');
    let control = u8x16::splat(0x1f);
    let Some(block) = text.get(at..).and_then(|rest| rest.first_chunk::<16>()) else { return 0 };
    let block = u8x16::new(*block);
    let special = block.simd_eq(quote) | block.simd_eq(backslash) | block.min(control).simd_eq(block);
    (special.to_bitmask() | 1 << 16).trailing_zeros() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(json: &str) -> Result<Span, Fault> {
        let mut text = json.as_bytes().to_vec();
        text.extend_from_slice(&[0; PADDING]);
        let mut scanner = Scanner::new(&text, 0, 128);
        let span = scanner.value(0)?;
        if scanner.skip_space() == 0 && scanner.at == json.len() { Ok(span) } else { Err(Fault::Trailing) }
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
    fn counts_numbers_that_javascript_changes() {
        for (json, expected) in [
            ("9007199254740992", (0, 0)),
            ("9007199254740993", (1, 0)),
            ("[-12345678901234567890, 1.5]", (1, 0)),
            ("12345678901234567890.0", (0, 0)),
            ("[1e308, -1.7976931348623157E+308, 0e999, 1e-999]", (0, 0)),
            ("[1e309, -1.8e308, 2E+400]", (0, 3)),
            (&"9".repeat(308), (1, 0)),
            (&"9".repeat(400), (0, 1)),
        ] {
            let mut text = json.as_bytes().to_vec();
            text.extend_from_slice(&[0; PADDING]);
            let mut scanner = Scanner::new(&text, 0, 128);
            scanner.value(0).unwrap();
            let Notices { big_integers, infinite } = scanner.notices;
            assert_eq!((big_integers, infinite), expected, "{json}");
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

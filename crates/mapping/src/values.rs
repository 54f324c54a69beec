//! Values by their spans: texts, flags, elements of arrays.

use user::Text;

use scan::{Kind, Scanner, Span};

/// A text that ends in padding, from which values are cut by their spans.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'t>(pub(crate) &'t str);

impl<'t> Source<'t> {
    /// The JSON text of a value.
    #[inline]
    pub(crate) fn raw(self, span: Span) -> &'t str {
        self.0.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// A string, or the digits of a number. Empty strings and other values are nothing.
    #[inline]
    pub(crate) fn text(self, span: Span) -> Option<Text<'t>> {
        match span.kind {
            Kind::Plain => {
                let inner = self.0.get(span.start as usize + 1..span.end as usize - 1).unwrap_or("");
                (!inner.is_empty()).then_some(Text::Plain(inner))
            }
            Kind::Escaped => unescape(self.raw(span)).filter(|text| !text.is_empty()).map(Text::Owned),
            Kind::Number => Some(Text::Plain(self.raw(span))),
            _ => None,
        }
    }

    /// A boolean, also one that was written as text in whatever case, or as `1` and `0`.
    pub(crate) fn flag(self, span: Span) -> Option<bool> {
        match span.kind {
            Kind::True => Some(true),
            Kind::False => Some(false),
            Kind::Plain | Kind::Number => {
                let text = self.raw(span).trim_matches('"');
                match text {
                    "1" => Some(true),
                    "0" => Some(false),
                    _ if text.eq_ignore_ascii_case("true") => Some(true),
                    _ if text.eq_ignore_ascii_case("false") => Some(false),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A number of milliseconds.
    pub(crate) fn milliseconds(self, span: Span) -> Option<i64> {
        let text = self.text(span)?;
        let number = text.as_str().parse::<i64>().ok().or_else(|| {
            let float = text.as_str().parse::<f64>().ok()?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "times of this era fit; a float cast saturates"
            )]
            let whole = float as i64;
            float.is_finite().then_some(whole)
        });
        number.filter(|&number| number > 0)
    }

    /// The elements of an array; any other value that is not null is its own only element.
    pub(crate) fn elements(self, span: Span) -> Elements<'t> {
        match span.kind {
            Kind::Array => Elements { source: self, next: span.start + 1, end: span.end - 1, single: None },
            Kind::Null => Elements { source: self, next: 0, end: 0, single: None },
            _ => Elements { source: self, next: 0, end: 0, single: Some(span) },
        }
    }

    /// The members of an object, names as they stand between their quotes.
    pub(crate) fn members(self, span: Span) -> Members<'t> {
        let (next, end) = if span.kind == Kind::Object { (span.start + 1, span.end - 1) } else { (0, 0) };
        Members { source: self, next, end }
    }
}

/// Undoes the escapes of a JSON string with its quotes. A lone surrogate becomes U+FFFD, as it cannot stand in a text.
pub(crate) fn unescape(json: &str) -> Option<String> {
    if let Ok(text) = serde_json::from_str::<String>(json) {
        return Some(text);
    }
    let inner = json.get(1..json.len().checked_sub(1)?)?;
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(place) = rest.find('\\') {
        out.push_str(rest.get(..place)?);
        let length = if rest.as_bytes().get(place + 1) == Some(&b'u') { 6 } else { 2 };
        let pair = rest
            .get(place..place + 12)
            .and_then(|two| serde_json::from_str::<String>(&format!("\"{two}\"")).ok());
        match pair.filter(|text| length == 6 && text.chars().count() == 1) {
            Some(text) => {
                out.push_str(&text);
                rest = rest.get(place + 12..)?;
            }
            None => {
                let one = rest.get(place..place + length)?;
                out.push_str(
                    &serde_json::from_str::<String>(&format!("\"{one}\""))
                        .unwrap_or_else(|_| "\u{fffd}".to_owned()),
                );
                rest = rest.get(place + length..)?;
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

/// Iterator over the elements of an array that was scanned before.
pub(crate) struct Elements<'t> {
    source: Source<'t>,
    next: u32,
    end: u32,
    single: Option<Span>,
}

impl Iterator for Elements<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        if let Some(span) = self.single.take() {
            return Some(span);
        }
        let mut scanner = Scanner::new(self.source.0.as_bytes(), self.next as usize, u16::MAX);
        if self.next >= self.end || scanner.skip_space() == b']' {
            return None;
        }
        let span = scanner.value(0).ok()?;
        if scanner.skip_space() == b',' {
            scanner.at += 1;
        }
        self.next = scanner.at as u32;
        Some(span)
    }
}

/// Iterator over the members of an object that was scanned before.
pub(crate) struct Members<'t> {
    source: Source<'t>,
    next: u32,
    end: u32,
}

impl<'t> Iterator for Members<'t> {
    type Item = (&'t str, Span);

    fn next(&mut self) -> Option<Self::Item> {
        let mut scanner = Scanner::new(self.source.0.as_bytes(), self.next as usize, u16::MAX);
        if self.next >= self.end || scanner.skip_space() != b'"' {
            return None;
        }
        let start = scanner.at + 1;
        scanner.at = start;
        scanner.string().ok()?;
        let name = self.source.0.get(start..scanner.at - 1)?;
        scanner.colon().ok()?;
        let span = scanner.value(0).ok()?;
        if scanner.skip_space() == b',' {
            scanner.at += 1;
        }
        self.next = scanner.at as u32;
        Some((name, span))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_read_as_tables_write_them() {
        for (json, flag) in [
            ("true", Some(true)),
            ("\"TRUE\"", Some(true)),
            ("\"False\"", Some(false)),
            ("0", Some(false)),
            ("\"1\"", Some(true)),
            ("\"maybe\"", None),
            ("2", None),
        ] {
            let text = format!("{json}{}", "\0".repeat(scan::PADDING));
            let span = Scanner::new(text.as_bytes(), 0, 1).value(0).unwrap();
            assert_eq!(Source(&text).flag(span), flag, "{json}");
        }
    }

    #[test]
    fn lone_surrogates_do_not_lose_the_rest() {
        assert_eq!(unescape("\"a\\ud800b\\n\"").unwrap(), "a\u{fffd}b\n");
        assert_eq!(unescape("\"\\ud83d\\ude00\\udc00 ok\"").unwrap(), "😀\u{fffd} ok");
        assert_eq!(unescape("\"plain\\\"q\"").unwrap(), "plain\"q");
    }
}

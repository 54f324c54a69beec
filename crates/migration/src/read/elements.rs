//! Where the elements of a list begin and end, told from quotes and brackets alone, so that a broken element does not
//! hide the next as long as its strings and brackets balance.

/// The state between two looks at a stream.
#[derive(Debug, Clone)]
pub(crate) struct Elements {
    /// The bracket that ends the list.
    close: u8,
    depth: u32,
    in_string: bool,
    escaped: bool,
    /// Where the element at hand starts, in the bytes that are looked at.
    pub(crate) start: Option<usize>,
    /// The array has ended: the place after its bracket.
    pub(crate) ended: Option<usize>,
}

impl Elements {
    /// Inside of a list that `close` ends: `]` of an array, `}` of an object.
    pub(crate) fn until(close: u8) -> Self {
        Self { close, depth: 0, in_string: false, escaped: false, start: None, ended: None }
    }

    /// Looks at `bytes[from..]` and gives each whole element to `found`, without the white space around it.
    pub(crate) fn look(&mut self, bytes: &[u8], from: usize, mut found: impl FnMut(usize, usize)) {
        let mut at = from;
        while at < bytes.len() {
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    at += 1;
                    continue;
                }
                let Some(skip) = memchr::memchr2(b'"', b'\\', &bytes[at..]) else { return };
                at += skip;
                if bytes[at] == b'"' {
                    self.in_string = false;
                } else {
                    self.escaped = true;
                }
                at += 1;
                continue;
            }
            let byte = bytes[at];
            if !INTERESTING[usize::from(byte)] {
                if self.start.is_none() && !byte.is_ascii_whitespace() {
                    self.start = Some(at);
                }
                at += 1;
                continue;
            }
            match byte {
                b',' if self.depth == 0 => self.end(bytes, at, &mut found),
                b',' => {}
                _ if byte == self.close && self.depth == 0 => {
                    self.end(bytes, at, &mut found);
                    self.ended = Some(at + 1);
                    return;
                }
                b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                _ => {
                    self.start.get_or_insert(at);
                    if byte == b'"' {
                        self.in_string = true;
                    } else {
                        self.depth += 1;
                    }
                }
            }
            at += 1;
        }
    }

    fn end(&mut self, bytes: &[u8], at: usize, found: &mut impl FnMut(usize, usize)) {
        if let Some(start) = self.start.take() {
            let trailing =
                bytes[start..at].iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
            found(start, at - trailing);
        }
    }

    /// The bytes before `by` are gone.
    pub(crate) fn shift(&mut self, by: usize) {
        self.start = self.start.map(|start| start.saturating_sub(by));
    }

    /// Whether anything of an element was seen.
    pub(crate) fn inside(&self) -> bool {
        self.start.is_some()
    }
}

const INTERESTING: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = *b"\"{}[],";
    let mut index = 0;
    while index < bytes.len() {
        table[bytes[index] as usize] = true;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, step: usize) -> (Vec<String>, bool) {
        let bytes = text.as_bytes();
        let mut elements = Elements::until(b']');
        let mut found = Vec::new();
        let mut from = 0;
        while from < bytes.len() && elements.ended.is_none() {
            let to = (from + step).min(bytes.len());
            elements.look(&bytes[..to], from, |start, end| found.push(text[start..end].to_owned()));
            from = to;
        }
        (found, elements.ended.is_some())
    }

    #[test]
    fn elements_are_found_however_the_bytes_come() {
        let text = r#" {"a":"x,]\"}"} , [1,[2]] ,broken, {"b":{"c":[]}} ] tail"#;
        for step in 1..text.len() {
            let (found, ended) = split(text, step);
            assert_eq!(found, [r#"{"a":"x,]\"}"}"#, "[1,[2]]", "broken", r#"{"b":{"c":[]}}"#], "{step}");
            assert!(ended);
        }
        assert_eq!(split("]", 1), (vec![], true));
        assert_eq!(split("{\"a\":1},", 3), (vec!["{\"a\":1}".to_owned()], false));
    }
}

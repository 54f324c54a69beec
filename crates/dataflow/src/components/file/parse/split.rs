//! Where the records of a JSON file begin and end, told from quotes and brackets alone, so that memory stays flat and a
//! broken record hides no other.

use std::io::{self, Read};

use scan::PADDING;

use record::{Record, Room};

/// Members of which an account has at least one, and an object that wraps accounts has none.
const OF_ACCOUNTS: [&str; 8] =
    ["UID", "profile", "loginIDs", "emails", "isRegistered", "hasLiteAccount", "identities", "email"];

/// Cuts the bytes of a file into records as they come.
#[derive(Debug, Default)]
pub(super) struct Splitter {
    /// The bytes, and [`PADDING`] zero bytes.
    buffer: Vec<u8>,
    /// How many bytes there are.
    filled: usize,
    room: Room,
    /// Up to here the buffer has been looked at.
    looked: usize,
    /// Where the record at hand begins.
    start: Option<usize>,
    depth: u32,
    quoted: bool,
    escaped: bool,
    /// Inside of an array: records are elements. Else they follow one another.
    list: bool,
    /// The array has ended; the rest is of no interest.
    ended: bool,
    /// The last byte that is no space.
    last: u8,
    begun: bool,
}

impl Splitter {
    /// Reads up to `most` more bytes; `false` when there are none. The first ones should be many: they tell how the
    /// records are set apart.
    ///
    /// # Errors
    /// What the reader says.
    pub(super) fn feed(&mut self, reader: &mut impl Read, most: usize) -> io::Result<bool> {
        let gone = self.start.unwrap_or(self.looked);
        self.buffer.copy_within(gone..self.filled, 0);
        self.filled -= gone;
        self.looked -= gone;
        self.start = self.start.map(|_| 0);
        let needed = self.filled + most + PADDING;
        if self.buffer.len() < needed {
            self.buffer.resize(needed, 0);
        }
        let mut read = 0;
        while read < most {
            match reader.read(&mut self.buffer[self.filled..self.filled + most - read])? {
                0 => break,
                count => {
                    read += count;
                    self.filled += count;
                }
            }
        }
        self.buffer[self.filled..self.filled + PADDING].fill(0);
        if !self.begun && self.bytes().iter().any(|byte| !byte.is_ascii_whitespace()) {
            self.begun = true;
            self.begin();
        }
        Ok(read > 0)
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// The next record, when it is whole and without fault: cut out and read in one walk. What it does not give,
    /// [`Splitter::next`] does.
    pub(super) fn record(&mut self) -> Option<Record> {
        if self.start.is_some() || self.depth > 0 || self.quoted || self.ended {
            return None;
        }
        let skip = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
        let at = self.looked + self.bytes()[self.looked..].iter().position(|byte| !skip(byte))?;
        if self.buffer[at] != b'{' {
            return None;
        }
        let padded = &self.buffer[..self.filled + PADDING];
        let (record, end) = Record::from_json_at(padded, at, &mut self.room)?;
        self.looked = end;
        self.last = b'}';
        Some(record)
    }

    /// Bytes of the record at hand.
    pub(super) fn pending(&self) -> usize {
        self.start.map_or(0, |start| self.filled - start)
    }

    fn begin(&mut self) {
        if self.bytes().starts_with(b"\xef\xbb\xbf") {
            self.looked = 3;
        }
        let first = self.bytes()[self.looked..].iter().position(|byte| !byte.is_ascii_whitespace());
        let Some(first) = first.map(|at| at + self.looked) else { return };
        match self.buffer[first] {
            b'[' => {
                self.list = true;
                self.looked = first + 1;
            }
            b'{' => {
                if let Some(inside) = wrapped(self.bytes(), first) {
                    self.list = true;
                    self.looked = inside;
                }
            }
            _ => {}
        }
    }

    /// The next whole record, if there is one in the bytes so far.
    pub(super) fn next(&mut self) -> Option<&[u8]> {
        let (from, to) = self.find()?;
        Some(&self.buffer[from..to])
    }

    fn find(&mut self) -> Option<(usize, usize)> {
        while !self.ended && self.looked < self.filled {
            let at = self.looked;
            if self.quoted {
                if self.escaped {
                    self.escaped = false;
                    self.looked += 1;
                    continue;
                }
                let Some(skip) = memchr::memchr3(b'"', b'\\', b'\n', &self.buffer[at..self.filled]) else {
                    self.looked = self.filled;
                    break;
                };
                self.looked = at + skip + 1;
                match self.buffer[at + skip] {
                    b'"' => {
                        self.quoted = false;
                        self.last = b'"';
                    }
                    b'\\' => self.escaped = true,
                    // No text of JSON holds a line break: the record is broken and ends here.
                    _ if !self.list => return self.cut(at + skip),
                    _ => {}
                }
                continue;
            }
            let byte = self.buffer[at];
            self.looked += 1;
            if byte.is_ascii_whitespace() {
                if byte == b'\n' && self.depth == 0 && self.start.is_some() && !self.list {
                    return self.cut(at);
                }
                continue;
            }
            let last = std::mem::replace(&mut self.last, byte);
            match byte {
                b'"' => {
                    self.quoted = true;
                    self.start.get_or_insert(at);
                }
                b'{' | b'[' => {
                    // An object right after an object, within a third one, is the next record after a broken one.
                    if byte == b'{' && last == b'}' && self.depth > 0 && !self.list {
                        self.looked = at;
                        self.last = 0;
                        return self.cut(at);
                    }
                    self.start.get_or_insert(at);
                    self.depth += 1;
                }
                b']' if self.depth == 0 && self.list => {
                    self.ended = true;
                    return self.start.take().map(|start| (start, at));
                }
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 && !self.list {
                        let start = self.start.take().unwrap_or(at);
                        return Some((start, at + 1));
                    }
                }
                b',' if self.depth == 0 && self.list => {
                    if let Some(start) = self.start.take() {
                        return Some((start, at));
                    }
                }
                b',' if self.depth == 0 && self.start.is_none() => {}
                _ => {
                    self.start.get_or_insert(at);
                }
            }
        }
        None
    }

    fn cut(&mut self, at: usize) -> Option<(usize, usize)> {
        self.depth = 0;
        self.quoted = false;
        let start = self.start.take()?;
        Some((start, at))
    }

    /// At the end of the file: what is left of a record that has no end, or of an array that has none.
    pub(super) fn rest(&mut self) -> Option<&[u8]> {
        let start = self.start.take()?;
        let rest = self.buffer[start..self.filled].trim_ascii_end();
        (!rest.is_empty()).then_some(rest)
    }

    /// Whether the file ended where it may.
    pub(super) fn is_whole(&self) -> bool {
        self.ended || !self.list
    }
}

/// Where the elements of a wrapped array begin, if the object at `start` wraps one and is no record itself.
fn wrapped(head: &[u8], start: usize) -> Option<usize> {
    let mut found = None;
    let mut at = start + 1;
    loop {
        at = space(head, at);
        if head.get(at) != Some(&b'"') {
            return found;
        }
        let end = string_end(head, at)?;
        if OF_ACCOUNTS.iter().any(|name| name.as_bytes() == &head[at + 1..end - 1]) {
            return None;
        }
        at = space(head, end);
        if head.get(at) != Some(&b':') {
            return found;
        }
        at = space(head, at + 1);
        if found.is_none() && head.get(at) == Some(&b'[') && head.get(space(head, at + 1)) == Some(&b'{') {
            found = Some(at + 1);
        }
        let Some(end) = value_end(head, at) else { return found };
        at = space(head, end);
        match head.get(at) {
            Some(b',') => at += 1,
            // The object ends. If another follows, it was a record.
            Some(b'}') if head.get(space(head, at + 1)) == Some(&b'{') => return None,
            _ => return found,
        }
    }
}

fn space(bytes: &[u8], from: usize) -> usize {
    bytes[from.min(bytes.len())..]
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .map_or(bytes.len(), |at| from + at)
}

/// The place after the closing quote.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        match bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// The place after a value.
fn value_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut depth = 0_u32;
    let mut at = from;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records of a file that comes in pieces of `size` bytes, but for the first, which tells the framing.
    ///
    /// Records that can be read in one walk are, which must make no difference.
    fn split(text: &str, size: usize) -> (Vec<String>, Option<String>, bool) {
        let (fast, slow) = (split_by(text, size, true), split_by(text, size, false));
        // The last element of an array that was cut off is whole, or the rest.
        let all = |(records, rest, whole): &(Vec<String>, Option<String>, bool)| {
            (records.iter().chain(rest).cloned().collect::<Vec<_>>(), *whole)
        };
        assert_eq!(all(&fast), all(&slow), "{text} by {size}");
        slow
    }

    fn split_by(text: &str, size: usize, fast: bool) -> (Vec<String>, Option<String>, bool) {
        let mut splitter = Splitter::default();
        let mut records = Vec::new();
        let head = text.len().min(60);
        let pieces = std::iter::once(&text.as_bytes()[..head]).chain(text.as_bytes()[head..].chunks(size));
        for piece in pieces {
            splitter.feed(&mut &*piece, piece.len()).unwrap();
            loop {
                if let Some(record) = fast.then(|| splitter.record()).flatten() {
                    records.push(record.to_string());
                } else if let Some(record) = splitter.next() {
                    records.push(String::from_utf8_lossy(record).trim().to_owned());
                } else {
                    break;
                }
            }
        }
        let rest = splitter.rest().map(|rest| String::from_utf8_lossy(rest).into_owned());
        let whole = splitter.is_whole();
        (records, rest, whole)
    }

    #[test]
    fn records_are_found_in_every_framing_and_in_pieces_of_any_size() {
        let records =
            [r#"{"UID":"a,]}\"","n":{"m":[1,{"k":"{"}]}}"#, r#"{"UID":"b","x":[{}]}"#, r#"{"UID":"c"}"#];
        let pretty = records.iter().map(|record| record.replace(",\"", ",\n \"")).collect::<Vec<_>>();
        for text in [
            format!("[{}]", records.join(",")),
            format!(" [\n{}\n]\n", records.join(",\n")),
            format!("{{\"callId\":\"x\",\"n\":[1],\"results\": [ {} ],\"total\":3}}", records.join(",")),
            records.join("\n"),
            records.join(""),
            format!("\u{feff}{}\r\n", records.join("\r\n")),
        ] {
            for size in [1, 2, 3, 7, 50, 1000] {
                let (found, rest, whole) = split(&text, size);
                assert_eq!(
                    (found, rest, whole),
                    (records.map(str::to_owned).to_vec(), None, true),
                    "{text} by {size}"
                );
            }
        }
        assert_eq!(split(&pretty.join("\n"), 3).0, pretty);
        assert_eq!(split(&format!("[{}]", pretty.join(",\n")), 3).0, pretty);
    }

    #[test]
    fn a_broken_record_hides_no_other() {
        let (found, ..) = split(
            "{\"UID\":\"a\"}\n{\"UID\":\"b\nbroken\n{\"UID\":{\"x\":1}\n{\"UID\":\"c\"}\n7\n{\"UID\":\"d\"}",
            5,
        );
        assert_eq!(found.first().map(String::as_str), Some("{\"UID\":\"a\"}"));
        assert!(found.contains(&"{\"UID\":\"c\"}".to_owned()), "{found:?}");
        assert_eq!(found.last().map(String::as_str), Some("{\"UID\":\"d\"}"));
    }

    #[test]
    fn a_file_that_was_cut_off_shows() {
        assert_eq!(
            split("[{\"UID\":\"a\"},{\"UID\":", 4),
            (vec!["{\"UID\":\"a\"}".to_owned()], Some("{\"UID\":".to_owned()), false)
        );
        assert!(!split("[{\"UID\":\"a\"}", 4).2);
        assert_eq!(split("{\"UID\":\"a\"}\n{\"UI", 4).1, Some("{\"UI".to_owned()));
        assert_eq!(split("[]", 1), (vec![], None, true));
        assert_eq!(split("", 1), (vec![], None, true));
    }

    #[test]
    fn a_record_that_holds_an_array_of_objects_wraps_nothing() {
        let text = "{\"orders\":[{\"n\":1}]}\n{\"orders\":[{\"n\":2}]}";
        assert_eq!(split(text, 9).0, text.split('\n').collect::<Vec<_>>());
    }
}

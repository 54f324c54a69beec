//! The records of a chunk as texts, for readers that do not map them.

use serde_json::Deserializer;
use serde_json::value::RawValue;

use super::{Chunk, Records};

impl Chunk {
    /// Shows the text of every record; nothing for one that is no JSON or beyond the limits of the reader.
    pub fn each_text(&self, mut visit: impl FnMut(Option<&str>)) {
        let text = String::from_utf8_lossy(&self.bytes);
        let bytes = text.as_bytes();
        match &self.records {
            Records::Listed(records) => {
                for record in records {
                    visit(text.get(record.start..record.end).filter(|_| record.fault.is_none()));
                }
            }
            Records::Lines => {
                let end = bytes.len();
                let mut at = 0;
                while let Some(space) = bytes[at..].iter().position(|byte| !byte.is_ascii_whitespace()) {
                    at += space;
                    let mut records = Deserializer::from_slice(&bytes[at..end]).into_iter::<&RawValue>();
                    match records.next() {
                        Some(Ok(record)) => {
                            visit(Some(record.get()));
                            at += records.byte_offset();
                        }
                        // A broken record ends where the next line starts an object.
                        Some(Err(_)) => {
                            visit(None);
                            at = memchr::memmem::find(&bytes[at..end], b"\n{")
                                .map_or(end, |next| at + next + 1);
                        }
                        None => at = end,
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use crate::read::{Format, ReadOptions, Stream};

    fn texts(content: &str, format: Format) -> Vec<Option<String>> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(content.as_bytes()).unwrap();
        let options = ReadOptions { format, ..ReadOptions::default() };
        let mut stream = Stream::new(vec![file.path().to_owned()], options);
        let mut found = Vec::new();
        while let Some(chunk) = stream.next_chunk().unwrap() {
            chunk.each_text(|text| found.push(text.map(str::to_owned)));
        }
        found
    }

    #[test]
    fn lines_arrays_and_rows_are_texts_and_a_broken_record_hides_nobody() {
        let some = |text: &str| Some(text.to_owned());
        let lines = "{\"a\":1}\n{\"b\":\n{\"c\":3}\n\n{\"d\":4}";
        assert_eq!(
            texts(lines, Format::Auto),
            [some(r#"{"a":1}"#), None, some(r#"{"c":3}"#), some(r#"{"d":4}"#)]
        );
        assert_eq!(texts(r#"[{"a":1}, {"b":2}]"#, Format::Auto), [some(r#"{"a":1}"#), some(r#"{"b":2}"#)]);
        let rows = texts("UID,profile.firstName\nu,Ann\n", Format::Dsv);
        assert_eq!(rows, [some(r#"{"UID":"u","profile":{"firstName":"Ann"}}"#)]);
    }
}

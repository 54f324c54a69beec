//! Delimiter-separated values with dotted headers: each row becomes the JSON of an account.

use std::io::{Cursor, Read};

use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use record::{Object, Value};

use super::ReadOptions;
use super::quoted::Quoted;
use super::stream::{Record, Records};
use super::wrapped::OF_ACCOUNTS;

/// Rows of one chunk.
const ROWS: usize = 1000;

/// Rows of a DSV input.
pub(crate) struct Rows {
    reader: csv::Reader<Box<dyn Read + Send>>,
    delimiter: u8,
    headers: Option<Vec<String>>,
    /// Whether a row stood behind the header.
    has_rows: bool,
    infer_types: bool,
    /// Why the input ended before its end.
    pub(crate) broke: Option<String>,
    done: bool,
}

impl Rows {
    /// Rows of `head` and then of what `rest` gives. The delimiter is the one that stands most often in the first line.
    pub(crate) fn new(
        head: Vec<u8>,
        rest: Box<dyn Read + Send>,
        options: &ReadOptions,
        broke: Option<String>,
    ) -> Self {
        let delimiter = delimiter(first_line(&head));
        let input =
            Quoted::new(Cursor::new(head).chain(rest), delimiter, options.limits.max_record + (1 << 20));
        let input: Box<dyn Read + Send> = Box::new(input);
        let reader =
            ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(input);
        let infer_types = options.infer_types;
        Self { reader, delimiter, headers: None, has_rows: false, infer_types, broke, done: false }
    }

    /// The next rows as a chunk.
    pub(crate) fn next(&mut self, base: u64) -> Option<(u64, Vec<u8>, Records)> {
        let mut bytes = Vec::new();
        let mut records = Vec::new();
        let mut row = ByteRecord::new();
        while !self.done && records.len() < ROWS {
            match self.reader.read_byte_record(&mut row) {
                Ok(true) => {}
                Ok(false) => self.done = true,
                Err(error) => {
                    self.done = true;
                    let reason = match error.kind() {
                        ErrorKind::Io(error) => format!("it cannot be read to its end: {error}"),
                        _ => error.to_string(),
                    };
                    self.broke = Some(reason);
                }
            }
            if self.done {
                break;
            }
            let Some(headers) = &self.headers else {
                self.headers =
                    Some(row.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect());
                continue;
            };
            let at = base + row.position().map_or(0, csv::Position::byte);
            let start = bytes.len();
            let fault = match account(headers, &row, self.infer_types) {
                Ok(account) => {
                    account.write_json(&mut bytes);
                    None
                }
                Err(reason) => {
                    let delimiter = [self.delimiter];
                    row.iter().enumerate().for_each(|(at, value)| {
                        bytes.extend_from_slice(if at == 0 { b"" } else { &delimiter });
                        bytes.extend_from_slice(value);
                    });
                    Some(("broken_json", reason))
                }
            };
            records.push(Record { start, end: bytes.len(), at, fault });
        }
        self.has_rows |= !records.is_empty();
        if records.is_empty() {
            if self.broke.is_none() && !self.has_rows && !self.has_header_of_accounts() {
                self.broke = Some(NO_TABLE.to_owned());
            }
            return None;
        }
        Some((base, bytes, Records::Listed(records)))
    }
}

impl Rows {
    fn has_header_of_accounts(&self) -> bool {
        self.headers.iter().flatten().any(|name| is_of_account(name))
    }
}

/// Why what is no JSON is no table either, as far as its head tells: nothing when it can be one.
pub(crate) fn no_table(head: &[u8]) -> Option<String> {
    let line = first_line(head);
    let is_text = |text: &str| !text.chars().any(|char| char.is_control() && !matches!(char, '\t' | '\r'));
    let Some(text) = std::str::from_utf8(line).ok().filter(|text| is_text(text)) else {
        return Some(NO_TABLE.to_owned());
    };
    let delimiter = char::from(delimiter(line));
    let mut names = text.split(delimiter).map(|name| name.trim().trim_matches('"'));
    let is_table = text.contains(delimiter) || names.any(is_of_account);
    (!is_table).then(|| NO_TABLE.to_owned())
}

/// Whether a header names a member of accounts, or of users.
fn is_of_account(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or_default();
    OF_ACCOUNTS.contains(&first) || first == "user_id"
}

const NO_TABLE: &str = "it is neither JSON nor rows under a header that names members of accounts";

fn first_line(head: &[u8]) -> &[u8] {
    head.split(|&byte| byte == b'\n').next().unwrap_or(b"")
}

/// The delimiter that stands most often in a line.
fn delimiter(line: &[u8]) -> u8 {
    let count = |delimiter: u8| line.iter().filter(|&&byte| byte == delimiter).count();
    [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|&byte| count(byte)).unwrap_or(b',')
}

/// A row as a nested object: `emails.verified.0` is the first element of an array. Empty values are left out.
fn account(headers: &[String], row: &ByteRecord, infer_types: bool) -> Result<Value, String> {
    if row.len() != headers.len() {
        return Err(format!("the row has {} values where the header names {}", row.len(), headers.len()));
    }
    let mut account = Value::from(Object::new());
    for (header, value) in headers.iter().zip(row) {
        let text = std::str::from_utf8(value).map_err(|_| format!("{header} is not UTF-8"))?;
        if text.is_empty() || header.is_empty() {
            continue;
        }
        let value = if infer_types { infer(text) } else { Value::from(text) };
        let steps: Vec<&str> = header.split('.').collect();
        insert(&mut account, &steps, value).map_err(|()| format!("{header} contradicts another column"))?;
    }
    Ok(account)
}

fn infer(text: &str) -> Value {
    match text.trim_matches([' ', '\t', '\r', '\n']) {
        "null" => Value::NULL,
        "true" => Value::from(true),
        "false" => Value::from(false),
        bare => Value::from_number(bare).unwrap_or_else(|| Value::from(text)),
    }
}

fn insert(place: &mut Value, steps: &[&str], value: Value) -> Result<(), ()> {
    let Some((first, rest)) = steps.split_first() else {
        *place = value;
        return Ok(());
    };
    if let Ok(index) = first.parse::<usize>() {
        if place.as_object().is_some_and(Object::is_empty) || place.is_null() {
            *place = Value::from(Vec::new());
        }
        let list = place.as_array_mut().ok_or(())?;
        // An index beyond the columns of any real table would only cost memory.
        if index > 1000 {
            return Err(());
        }
        if list.len() <= index {
            list.resize(index + 1, Value::NULL);
        }
        return insert(&mut list[index], rest, value);
    }
    if place.is_null() {
        *place = Value::from(Object::new());
    }
    let object = place.as_object_mut().ok_or(())?;
    if !object.contains(first) {
        object.insert(*first, Value::NULL);
    }
    insert(object.get_mut(first).ok_or(())?, rest, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dotted_headers_nest() {
        let head =
            b"UID;profile.firstName;emails.verified.0;emails.verified.1;n;m.0\na;\"S;am\";x@y.cz;;07;-9223372036854775809\nb;c\n"
                .to_vec();
        let options = ReadOptions { infer_types: true, ..ReadOptions::default() };
        let mut rows = Rows::new(head, Box::new(std::io::empty()), &options, None);
        let (_, bytes, records) = rows.next(0).unwrap();
        let Records::Listed(records) = records else { panic!("rows are listed") };
        assert_eq!(
            std::str::from_utf8(&bytes[records[0].start..records[0].end]).unwrap(),
            r#"{"UID":"a","profile":{"firstName":"S;am"},"emails":{"verified":["x@y.cz"]},"n":"07","m":[-9223372036854775809]}"#
        );
        assert!(records[1].fault.as_ref().unwrap().1.contains("2 values where the header names 6"));
        assert_eq!(&bytes[records[1].start..records[1].end], b"b;c", "a person sees the row");
    }

    #[test]
    fn what_cannot_be_a_table_is_known_by_its_head() {
        for table in [
            "email\na@x.cz",
            "\"UID\"\n1",
            "mail,name\n",
            "jm\u{e9}no;p\u{159}\u{ed}jmen\u{ed}\n",
            "profile.email\r\n",
        ] {
            assert_eq!(no_table(table.as_bytes()), None, "{table}");
        }
        let nothing: [&[u8]; 5] =
            [b"// export\n[{}]", b"# Read me\n", b"a\x00,b\n", b"\xff\xff,\xfe\n", b"Jan, his accounts"];
        for bytes in &nothing[..4] {
            assert_eq!(no_table(bytes).as_deref(), Some(NO_TABLE));
        }
        assert_eq!(no_table(nothing[4]), None, "its rows are judged one by one");
    }
}

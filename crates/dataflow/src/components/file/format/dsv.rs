//! `file.format.dsv`

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::path::Path;

use arcstr::Substr;
use schemars::JsonSchema;
use serde::Deserialize;

use super::cut::{Cut, Format};
use crate::component::{Built, Component, Kind, Setup};
use crate::components::file::parse::separator;
use crate::file::{File, FileWriter};
use record::{Record, Value, View};

/// Writes records as delimiter-separated values.
///
/// The columns are the members of all records of the file, in the order in which they first come. A nested object becomes
/// columns with dotted names (`profile.email`), which `file.parse.dsv` reads back; an array is written as JSON; `null` and
/// what is missing are empty. How Gigya writes nested members is not documented.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormatDsv {
    /// Name of the file; a file that was cut is followed by `name_2.csv` and so on.
    file_name: String,
    /// The character between two values; `\t` or `tab` for the tabulator.
    #[serde(default = "comma")]
    column_separator: String,
    /// Whether all values stand in double quotes, or only those that need them.
    #[serde(default)]
    quote_fields: bool,
    /// Whether the first line names the columns.
    #[serde(default = "yes")]
    write_header: bool,
    /// What stands before a double quote within a value. Without it the double quote is doubled.
    #[serde(default)]
    escape_character: Option<String>,
    /// Named in flows, with the value `Standard` only; it changes nothing.
    #[serde(default)]
    #[expect(dead_code, reason = "known, and without effect")]
    dsv_format_version: Option<String>,
    /// What ends a line.
    #[serde(default = "line_feed")]
    line_end: String,
    /// Most megabytes (1,048,576 bytes) in a file; 0 for no limit. The unit is our reading.
    #[serde(default)]
    max_file_size: u64,
    /// Whether there is a file also when there are no records.
    #[serde(default)]
    create_empty_file: bool,
}

fn comma() -> String {
    ",".to_owned()
}

fn yes() -> bool {
    true
}

fn line_feed() -> String {
    "\n".to_owned()
}

impl Component for FormatDsv {
    const TYPE: &'static str = "file.format.dsv";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let escape = match self.escape_character.as_deref() {
            None | Some("" | "\"") => b'"',
            Some(text) if text.len() == 1 => text.as_bytes()[0],
            Some(_) => return Err("`escapeCharacter` must be one ASCII character".to_owned()),
        };
        let format = Dsv {
            dialect: Dialect {
                separator: separator(&self.column_separator)?,
                always: self.quote_fields,
                escape,
                line_end: self.line_end.into_bytes(),
            },
            header: self.write_header,
            columns: HashMap::new(),
            names: Vec::new(),
            cells: Vec::new(),
        };
        let cut =
            Cut { name: self.file_name, max_size: self.max_file_size, create_empty: self.create_empty_file };
        cut.step(setup, format)
    }
}

/// Rows come before it is known which columns there will be. So the file grows as rows that say how many cells they have,
/// and becomes a file of columns when it is complete.
struct Dsv {
    dialect: Dialect,
    header: bool,
    columns: HashMap<Substr, usize>,
    names: Vec<Substr>,
    /// Of the record at hand, by column.
    cells: Vec<Value>,
}

/// Length of a row and number of its cells before the row itself.
const ROW_HEAD: usize = 8;

impl Format for Dsv {
    fn encode(&mut self, record: &Record, out: &mut Vec<u8>) -> u64 {
        self.cells.clear();
        self.cells.resize(self.names.len(), Value::NULL);
        for (name, value) in record.members().iter() {
            self.cell(name, value);
        }
        let start = out.len();
        out.extend_from_slice(&[0; ROW_HEAD]);
        for (index, value) in self.cells.iter().enumerate() {
            if index > 0 {
                out.push(self.dialect.separator);
            }
            self.dialect.write(&value.to_plain(), value.is_null(), out);
        }
        let length = out.len() - start - ROW_HEAD;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes();
        out[start..start + 4].copy_from_slice(&number(length));
        out[start + 4..start + ROW_HEAD].copy_from_slice(&number(self.cells.len()));
        (length + self.dialect.line_end.len()) as u64
    }

    fn finish(&mut self, rows: FileWriter, work: &Path) -> io::Result<File> {
        let rows = rows.finish()?;
        let mut file = FileWriter::new(rows.name(), work);
        if self.header && !self.names.is_empty() {
            for (index, name) in self.names.iter().enumerate() {
                if index > 0 {
                    file.buffer().push(self.dialect.separator);
                }
                self.dialect.write(name, false, file.buffer());
            }
            file.write_all(&self.dialect.line_end)?;
        }
        let mut reader = io::BufReader::with_capacity(1 << 16, rows.reader());
        let mut head = [0; ROW_HEAD];
        let mut row = Vec::new();
        let mut left = rows.size();
        let number =
            |bytes: &[u8]| bytes.iter().rev().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        while left > 0 {
            reader.read_exact(&mut head)?;
            row.resize(number(&head[..4]), 0);
            reader.read_exact(&mut row)?;
            left -= (ROW_HEAD + row.len()) as u64;
            file.buffer().extend_from_slice(&row);
            for missing in number(&head[4..])..self.names.len() {
                if missing > 0 {
                    file.buffer().push(self.dialect.separator);
                }
                self.dialect.write("", true, file.buffer());
            }
            file.write_all(&self.dialect.line_end)?;
        }
        file.finish()
    }
}

impl Dsv {
    /// Puts a value into its column, or its members into theirs.
    fn cell(&mut self, name: &str, value: &Value) {
        if let View::Object(members) = value.view() {
            for (member, value) in members.iter() {
                self.cell(&format!("{name}.{member}"), value);
            }
            return;
        }
        let column = match self.columns.get(name) {
            Some(column) => *column,
            None => {
                let column = self.names.len();
                let name = Substr::from(name);
                self.columns.insert(name.clone(), column);
                self.names.push(name);
                self.cells.push(Value::NULL);
                column
            }
        };
        self.cells[column] = value.clone();
    }
}

/// How values are written.
struct Dialect {
    separator: u8,
    always: bool,
    escape: u8,
    line_end: Vec<u8>,
}

impl Dialect {
    /// A value; what is not there has no quotes unless all have.
    fn write(&self, text: &str, missing: bool, out: &mut Vec<u8>) {
        let special =
            |byte: u8| byte == self.separator || matches!(byte, b'"' | b'\r' | b'\n') || byte == self.escape;
        let quoted = if missing { self.always } else { self.always || text.bytes().any(special) };
        if !quoted {
            return out.extend_from_slice(text.as_bytes());
        }
        out.push(b'"');
        for byte in text.bytes() {
            if byte == b'"' || byte == self.escape {
                out.push(self.escape);
            }
            out.push(byte);
        }
        out.push(b'"');
    }
}

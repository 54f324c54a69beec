//! `file.parse.dsv`

use std::io::Read;

use arcstr::Substr;
use csv::StringRecord;
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use encoding_rs_io::DecodeReaderBytesBuilder;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{FILE_NAME, separator, unreadable};
use crate::component::{Built, Component, Kind, Setup, step};
use crate::fault::Fault;
use crate::file::File;
use crate::flow::{ErrorDetails, Output};
use record::{Object, Record, Value};

/// Bytes that tell the charset of a file.
const HEAD: usize = 1 << 16;

/// Reads records from files of delimiter-separated values whose first line names the columns.
///
/// A column's name becomes a member's name as it stands, dots and all. An empty value is an empty text. A row with
/// fewer values leaves the last members out; one with more takes the error path with its number and its file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParseDsv {
    /// The character between two values; `\t` or `tab` for the tabulator.
    #[serde(default = "comma")]
    column_separator: String,
    /// The charset: a name such as `UTF-8` or `ISO-8859-1`, or `auto-detect`: what a byte order mark says, else UTF-8 if
    /// the first 64 KiB are, else windows-1252.
    #[serde(default = "utf_8")]
    file_charset: String,
    /// Whether digits become numbers, `true` and `false` truths, and empty values `null`.
    #[serde(default)]
    infer_types: bool,
    /// What stands before a double quote within a value. Without it the double quote is doubled.
    #[serde(default)]
    escape_character: Option<String>,
    /// Whether each record gets the name of its file as `_filename`. The documentation does not name the member.
    #[serde(default)]
    add_filename: bool,
}

fn comma() -> String {
    ",".to_owned()
}

fn utf_8() -> String {
    "UTF-8".to_owned()
}

impl Component for ParseDsv {
    const TYPE: &'static str = "file.parse.dsv";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        let escape = match self.escape_character.as_deref() {
            None | Some("" | "\"") => None,
            Some(text) if text.len() == 1 => Some(text.as_bytes()[0]),
            Some(_) => return Err("`escapeCharacter` must be one ASCII character".to_owned()),
        };
        let charset = match self.file_charset.trim() {
            "" | "auto-detect" => None,
            label => Some(Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                format!("`fileCharset`: {label} is no charset; write UTF-8, ISO-8859-1, windows-1252, UTF-16LE … or auto-detect")
            })?),
        };
        let rows = Rows {
            separator: separator(&self.column_separator)?,
            escape,
            charset,
            infer: self.infer_types,
            add_filename: self.add_filename,
        };
        step(move |mut input, mut output| async move {
            while let Some(file) = input.file(&mut output).await? {
                rows.read(&file, &mut output).await?;
            }
            output.flush().await
        })
    }
}

struct Rows {
    separator: u8,
    escape: Option<u8>,
    charset: Option<&'static Encoding>,
    infer: bool,
    add_filename: bool,
}

impl Rows {
    async fn read(&self, file: &File, output: &mut Output) -> Result<(), Fault> {
        let charset = match self.charset {
            Some(charset) => charset,
            None => detected(file)?,
        };
        let decoded =
            DecodeReaderBytesBuilder::new().encoding(Some(charset)).bom_override(true).build(file.reader());
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.separator)
            .escape(self.escape)
            .double_quote(self.escape.is_none())
            .flexible(true)
            .has_headers(false)
            .from_reader(decoded);
        let mut row = StringRecord::new();
        let unread = |error: csv::Error| Fault::lasting(format!("{}: {error}", file.name()));
        if !reader.read_record(&mut row).map_err(unread)? {
            return Ok(());
        }
        let columns: Vec<Substr> = row.iter().map(|name| Substr::from(name.trim())).collect();
        let mut number = 0_u64;
        while reader.read_record(&mut row).map_err(unread)? {
            number += 1;
            if row.len() > columns.len() {
                let message = format!(
                    "{}, row {number}: {} values for {} columns",
                    file.name(),
                    row.len(),
                    columns.len()
                );
                output.fail(unreadable(file.name(), number), ErrorDetails::new(message)).await?;
                continue;
            }
            // One text for all values of the row; each value is a slice of it.
            let whole = Substr::from(row.as_slice());
            let mut from = 0;
            let cells = columns.iter().zip(row.iter()).map(|(name, text)| {
                let value = whole.substr(from..from + text.len());
                from += text.len();
                (name.clone(), if self.infer { inferred(value) } else { Value::from(value) })
            });
            let mut members: Object = cells.collect();
            if self.add_filename {
                members.insert(FILE_NAME, file.name());
            }
            output.give(Record::from(members)).await?;
        }
        Ok(())
    }
}

/// A value of the type that it looks like. Digits with a zero before them are a code, not a number.
fn inferred(text: Substr) -> Value {
    match text.as_str() {
        "" => Value::NULL,
        "true" | "TRUE" => Value::from(true),
        "false" | "FALSE" => Value::from(false),
        digits => Value::from_number(digits).unwrap_or_else(|| Value::from(text.clone())),
    }
}

fn detected(file: &File) -> Result<&'static Encoding, Fault> {
    let mut head = Vec::new();
    file.reader().take(HEAD as u64).read_to_end(&mut head)?;
    let valid = match std::str::from_utf8(&head) {
        Ok(_) => true,
        // The head may end within a character.
        Err(error) => error.error_len().is_none(),
    };
    Ok(if valid { UTF_8 } else { WINDOWS_1252 })
}

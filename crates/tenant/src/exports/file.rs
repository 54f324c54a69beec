//! The file of an export: gzip around NDJSON or CSV, as Auth0 writes them.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};

use super::fields::Column;
use super::jobs::Format;
use crate::time;

/// Bytes that are compressed at a time.
const BUFFER: usize = 256 * 1024;

/// A file that is being written.
pub(super) struct Writer {
    out: BufWriter<GzEncoder<File>>,
    format: Format,
    columns: Vec<Column>,
    line: Vec<u8>,
}

impl Writer {
    /// Makes the file (mode 0600), over one that was left half-way.
    pub(super) fn create(path: &Path, format: Format, columns: Vec<Column>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.create(true).write(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let out = BufWriter::with_capacity(BUFFER, GzEncoder::new(options.open(path)?, Compression::fast()));
        let mut writer = Self { out, format, columns, line: Vec::new() };
        if format == Format::Csv {
            writer.titles()?;
        }
        Ok(writer)
    }

    fn titles(&mut self) -> io::Result<()> {
        self.line.clear();
        for column in &self.columns {
            separate(&mut self.line);
            quote(&mut self.line, "", &column.title);
        }
        self.end()
    }

    /// Writes one user, as the API shows it.
    pub(super) fn user(&mut self, user: &Map<String, Value>) -> io::Result<()> {
        self.line.clear();
        match self.format {
            Format::Json => {
                let present = self
                    .columns
                    .iter()
                    .filter_map(|column| Some((column.title.as_str(), column.value(user)?)));
                let mut object = serde_json::Serializer::new(&mut self.line);
                serde::Serializer::collect_map(&mut object, present)?;
            }
            Format::Csv => {
                for (index, column) in self.columns.iter().enumerate() {
                    if index > 0 {
                        self.line.push(b',');
                    }
                    if let Some(value) = column.value(user) {
                        cell(&mut self.line, value);
                    }
                }
            }
        }
        self.end()
    }

    fn end(&mut self) -> io::Result<()> {
        self.line.push(b'\n');
        self.out.write_all(&self.line)
    }

    /// Writes what is left, onto the disk.
    pub(super) fn finish(self) -> io::Result<()> {
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?.finish()?;
        file.sync_all()
    }
}

fn separate(line: &mut Vec<u8>) {
    if !line.is_empty() {
        line.push(b',');
    }
}

/// One value of a CSV file. Texts are quoted and have an apostrophe before them, so that no spreadsheet takes one for a
/// formula; times have none, since they are none. Source: Auth0, "Bulk User Exports". That numbers and booleans stand
/// bare and objects are quoted JSON is inferred.
fn cell(line: &mut Vec<u8>, value: &Value) {
    match value {
        Value::String(text) if is_time(text) => quote(line, "", text),
        Value::String(text) => quote(line, "'", text),
        Value::Object(_) | Value::Array(_) => quote(line, "'", &value.to_string()),
        bare => line.extend_from_slice(bare.to_string().as_bytes()),
    }
}

fn is_time(text: &str) -> bool {
    text.len() == "2023-01-25T17:48:16.543Z".len() && text.ends_with('Z') && time::parse(text).is_some()
}

fn quote(line: &mut Vec<u8>, before: &str, text: &str) {
    line.push(b'"');
    line.extend_from_slice(before.as_bytes());
    for byte in text.bytes() {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    line.push(b'"');
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use serde_json::json;

    use super::*;
    use crate::exports::fields::Fields;

    fn written(format: Format, fields: &Value, users: &[Value]) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.gz");
        let mut writer = Writer::create(&path, format, Fields::of(fields).unwrap().columns()).unwrap();
        for user in users {
            writer.user(user.as_object().unwrap()).unwrap();
        }
        writer.finish().unwrap();
        let mut text = String::new();
        flate2::read::GzDecoder::new(File::open(path).unwrap()).read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn csv_is_safe_in_a_spreadsheet() {
        let fields = json!([{"name": "email", "export_as": "E \"Mail\""}, {"name": "email_verified"}, {"name": "created_at"},
            {"name": "user_metadata.n"}, {"name": "identities"}]);
        let users = [
            json!({"email": "=1+\"2\",x", "email_verified": true, "created_at": "2023-01-25T17:48:16.543Z",
                "user_metadata": {"n": 1.5}, "identities": [{"a": "b"}]}),
            json!({"created_at": "2023"}),
        ];
        assert_eq!(
            written(Format::Csv, &fields, &users),
            "\"E \"\"Mail\"\"\",\"email_verified\",\"created_at\",\"user_metadata.n\",\"identities\"\n\
             \"'=1+\"\"2\"\",x\",true,\"2023-01-25T17:48:16.543Z\",1.5,\"'[{\"\"a\"\":\"\"b\"\"}]\"\n\
             ,,\"'2023\",,\n"
        );
    }

    #[test]
    fn json_is_a_line_for_each_user_without_what_is_absent() {
        let fields = json!([{"name": "user_id", "export_as": "Id"}, {"name": "user_metadata"}, {"name": "identities[0].connection"}]);
        let users = [
            json!({"user_id": "auth0|1", "user_metadata": {"a": ["\n"]}, "identities": [{"connection": "c"}]}),
            json!({"user_id": "auth0|2"}),
        ];
        assert_eq!(
            written(Format::Json, &fields, &users),
            "{\"Id\":\"auth0|1\",\"user_metadata\":{\"a\":[\"\\n\"]},\"identities[0].connection\":\"c\"}\n{\"Id\":\"auth0|2\"}\n"
        );
    }
}

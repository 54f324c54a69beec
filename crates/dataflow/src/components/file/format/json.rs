//! `file.format.json`

use schemars::JsonSchema;
use serde::Deserialize;

use super::cut::{Cut, Format};
use crate::component::{Built, Component, Kind, Setup};
use record::Record;

/// Writes records as JSON: an array with one record a line.
///
/// With `wrapField` the array is a member of an object. Both are our reading; no file that Gigya wrote is known.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormatJson {
    /// Name of the file; a file that was cut is followed by `name_2.json` and so on.
    file_name: String,
    /// Most megabytes (1,048,576 bytes) in a file; 0 for no limit. The unit is our reading.
    #[serde(default)]
    max_file_size: u64,
    /// Whether there is a file also when there are no records.
    #[serde(default)]
    create_empty_file: bool,
    /// The member of an object that holds the array; without it the file is the array.
    #[serde(default)]
    wrap_field: Option<String>,
}

impl Component for FormatJson {
    const TYPE: &'static str = "file.format.json";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let cut =
            Cut { name: self.file_name, max_size: self.max_file_size, create_empty: self.create_empty_file };
        cut.step(setup, Json { wrap: self.wrap_field.filter(|name| !name.is_empty()) })
    }
}

struct Json {
    wrap: Option<String>,
}

impl Format for Json {
    fn encode(&mut self, record: &Record, out: &mut Vec<u8>) -> u64 {
        record.write_json(out);
        out.len() as u64
    }

    fn head(&self) -> Vec<u8> {
        match &self.wrap {
            Some(name) => format!("{{{}:[\n", serde_json::Value::from(name.as_str())).into_bytes(),
            None => b"[\n".to_vec(),
        }
    }

    fn between(&self) -> &'static [u8] {
        b",\n"
    }

    fn tail(&self) -> &'static [u8] {
        if self.wrap.is_some() { b"\n]}\n" } else { b"\n]\n" }
    }
}

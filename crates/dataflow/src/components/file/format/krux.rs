//! `file.format.krux`

use schemars::JsonSchema;
use serde::Deserialize;

use super::cut::{Cut, Format};
use super::subject;
use crate::component::{Built, Component, Kind, Setup};
use record::{Object, Record, Value, View};

/// Writes records as Salesforce DMP (Krux) takes them: `user^attribute:value,value;attribute:value`.
///
/// The user is the member `UID`, or the first one. Nested members have dotted names, an array gives several values of one
/// attribute; what is missing, empty or `null` is left out. The characters that set things apart become spaces.
///
/// Source: Salesforce Audience Studio, "Data Import Specification".
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormatKrux {
    /// Name of the file.
    file_name: String,
    /// Whether there is a file also when there are no records.
    #[serde(default)]
    create_empty_file: bool,
}

impl Component for FormatKrux {
    const TYPE: &'static str = "file.format.krux";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        Cut { name: self.file_name, max_size: 0, create_empty: self.create_empty_file }.step(setup, Krux)
    }
}

struct Krux;

impl Format for Krux {
    fn encode(&mut self, record: &Record, out: &mut Vec<u8>) -> u64 {
        let Some((subject, id)) = subject(record) else { return 0 };
        let mut attributes = Object::new();
        for (name, value) in record.members().iter().filter(|(name, _)| name.as_str() != subject) {
            gather(name, value, &mut attributes);
        }
        let pairs: Vec<String> = attributes
            .iter()
            .map(|(name, values)| format!("{}:{}", clean(name), values.as_str().unwrap_or_default()))
            .collect();
        out.extend_from_slice(format!("{}^{}\n", clean(&id.to_plain()), pairs.join(";")).as_bytes());
        out.len() as u64
    }
}

/// The attributes of a value, each with its values joined.
fn gather(name: &str, value: &Value, attributes: &mut Object) {
    match value.view() {
        View::Object(members) => {
            for (member, value) in members.iter() {
                gather(&format!("{name}.{member}"), value, attributes);
            }
        }
        View::Array(elements) => {
            let values: Vec<String> = elements
                .iter()
                .map(|element| clean(&element.to_plain()))
                .filter(|text| !text.is_empty())
                .collect();
            if !values.is_empty() {
                attributes.insert(name, values.join(","));
            }
        }
        _ => {
            let text = clean(&value.to_plain());
            if !text.is_empty() {
                attributes.insert(name, text);
            }
        }
    }
}

fn clean(text: &str) -> String {
    text.replace(['^', ':', ';', ',', '\r', '\n'], " ")
}

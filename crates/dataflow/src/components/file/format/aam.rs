//! `file.format.aam`

use schemars::JsonSchema;
use serde::Deserialize;

use super::cut::{Cut, Format};
use super::subject;
use crate::component::{Built, Component, Kind, Setup};
use crate::components::field::leaves;
use record::{Object, Record};

/// Writes records as an inbound file of Adobe Audience Manager: the user's id, a tabulator, and `"key"="value"` pairs.
///
/// The user's id is the member `UID`, or the first one. Nested members have dotted keys. The file is named as Audience
/// Manager wants it, `ftp_dpm_DPID_SECONDS.sync`, unless `fileName` says otherwise. Tabulators and line breaks in values become
/// spaces, double quotes single ones.
///
/// Source: Experience League, "Inbound Data File Contents" and "FTP Name and File Size Requirements".
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormatAam {
    /// The number of the data source at Audience Manager.
    dpid: String,
    /// Another name for the file.
    #[serde(default)]
    file_name: Option<String>,
    /// Whether there is a file also when there are no records.
    #[serde(default)]
    create_empty_file: bool,
}

impl Component for FormatAam {
    const TYPE: &'static str = "file.format.aam";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Files;

    fn build(self, setup: &Setup<'_>) -> Built {
        let name = self.file_name.filter(|name| !name.is_empty());
        let name =
            name.unwrap_or_else(|| format!("ftp_dpm_{}_{}.sync", self.dpid, setup.context.now.as_second()));
        Cut { name, max_size: 0, create_empty: self.create_empty_file }.step(setup, Aam)
    }
}

struct Aam;

impl Format for Aam {
    fn encode(&mut self, record: &Record, out: &mut Vec<u8>) -> u64 {
        let Some((subject, id)) = subject(record) else { return 0 };
        out.extend_from_slice(clean(&id.to_plain()).as_bytes());
        let mut flat = Object::new();
        for (name, value) in record.members().iter().filter(|(name, _)| name.as_str() != subject) {
            leaves(name, value, &mut flat);
        }
        for (index, (name, value)) in flat.iter().filter(|(_, value)| !value.is_null()).enumerate() {
            out.push(if index == 0 { b'\t' } else { b',' });
            out.extend_from_slice(format!("\"{}\"=\"{}\"", clean(name), clean(&value.to_plain())).as_bytes());
        }
        out.push(b'\n');
        out.len() as u64
    }
}

fn clean(text: &str) -> String {
    text.replace(['\t', '\r', '\n'], " ").replace('"', "'")
}

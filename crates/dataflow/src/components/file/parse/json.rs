//! `file.parse.json`

use schemars::JsonSchema;
use serde::Deserialize;

use super::split::Splitter;
use super::{FILE_NAME, unreadable};
use crate::component::{Built, Component, Kind, Setup, step};
use crate::fault::Fault;
use crate::file::File;
use crate::flow::ErrorDetails;
use record::Record;

/// Bytes that are read at once.
const CHUNK: usize = 1 << 18;

/// Most bytes of one record.
const MAX_RECORD: usize = 1 << 24;

/// Reads records from JSON files: an array, objects one after another (NDJSON), or an object that wraps an array.
///
/// A record that is broken takes the error path with its number and its file, without its content; the others are not
/// hidden by it. A file that ends within a record or an array fails the job. A record may have 16 MiB.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ParseJson {
    /// Whether each record gets the name of its file as `_filename`. The documentation does not name the member.
    #[serde(default)]
    add_filename: bool,
}

impl Component for ParseJson {
    const TYPE: &'static str = "file.parse.json";
    const TAKES: Kind = Kind::Files;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        step(move |mut input, mut output| async move {
            while let Some(file) = input.file(&mut output).await? {
                let mut reader = file.reader();
                let mut splitter = Splitter::default();
                let mut number = 0_u64;
                while splitter.feed(&mut reader, CHUNK)? {
                    loop {
                        if let Some(record) = splitter.record() {
                            number += 1;
                            output.give(self.named(record, &file)).await?;
                            continue;
                        }
                        let Some(bytes) = splitter.next() else { break };
                        number += 1;
                        match Record::from_json_bytes(bytes) {
                            Ok(record) => output.give(self.named(record, &file)).await?,
                            Err(error) => {
                                let message = format!("{}, record {number}: {error}", file.name());
                                output
                                    .fail(unreadable(file.name(), number), ErrorDetails::new(message))
                                    .await?;
                            }
                        }
                    }
                    if splitter.pending() > MAX_RECORD {
                        let name = file.name();
                        return Err(Fault::lasting(format!(
                            "{name}, record {}: longer than 16 MiB",
                            number + 1
                        )));
                    }
                }
                if !splitter.is_whole() {
                    return Err(cut_off(file.name(), number + 1));
                }
                // The last record of a file without a line break at its end.
                if let Some(rest) = splitter.rest() {
                    number += 1;
                    let record = Record::from_json_bytes(rest).map_err(|_| cut_off(file.name(), number))?;
                    output.give(self.named(record, &file)).await?;
                }
            }
            output.flush().await
        })
    }
}

impl ParseJson {
    /// The record with the name of its file, if that is wanted.
    fn named(&self, mut record: Record, file: &File) -> Record {
        if self.add_filename {
            record.members_mut().insert(FILE_NAME, file.name());
        }
        record
    }
}

fn cut_off(name: &str, number: u64) -> Fault {
    Fault::lasting(format!(
        "{name} ends within record {number} or before the end of its array; get the whole file"
    ))
}

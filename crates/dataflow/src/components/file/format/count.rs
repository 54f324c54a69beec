//! `file.format.count`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, step};
use crate::file::File;

/// Gives one file that holds the number of records, for a receiver to check against.
///
/// The number stands in decimal digits on a line of its own, also when it is 0.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FormatCount {
    /// Name of the file.
    file_name: String,
}

impl Component for FormatCount {
    const TYPE: &'static str = "file.format.count";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Files;

    fn build(self, _: &Setup<'_>) -> Built {
        step(move |mut input, mut output| async move {
            let mut count = 0_u64;
            while input.record(&mut output).await?.is_some() {
                count += 1;
            }
            output.give(File::new(self.file_name, format!("{count}\n"))).await
        })
    }
}

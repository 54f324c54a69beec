//! `file.empty`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, step};
use crate::file::File;

/// Gives one empty file at the end of its input: a marker that the others are complete.
///
/// The file is given however many records there were, also when there was none.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Empty {
    /// Its name, as in `gigya.ok`.
    file_name: String,
}

impl Component for Empty {
    const TYPE: &'static str = "file.empty";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Files;

    fn build(self, _: &Setup<'_>) -> Built {
        step(move |mut input, mut output| async move {
            while input.record(&mut output).await?.is_some() {}
            output.give(File::new(self.file_name, Vec::new())).await
        })
    }
}

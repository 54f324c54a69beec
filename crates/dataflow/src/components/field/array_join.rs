//! `field.array.join`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each};
use record::Path;

/// Makes one text of an array: its elements with a separator between them.
///
/// Elements that are objects or arrays are written as JSON, `null` as nothing. What is no array stays as it is.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct ArrayJoin {
    /// Dotted path of the array.
    field: Path,
    /// What comes between two elements. The documentation does not name one; the comma is our choice.
    #[serde(default = "comma")]
    separator: String,
}

fn comma() -> String {
    ",".to_owned()
}

impl Component for ArrayJoin {
    const TYPE: &'static str = "field.array.join";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        each(move |mut record| {
            let joined = record.find(&self.field).and_then(|value| {
                let texts: Vec<_> = value.as_array()?.iter().map(|element| element.to_plain()).collect();
                Some(texts.join(&self.separator))
            });
            if let Some(text) = joined {
                record.set(&self.field, text);
            }
            Ok(Then::Pass(record))
        })
    }
}

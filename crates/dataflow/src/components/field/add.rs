//! `field.add`

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value as Json;

use crate::component::{Built, Component, Kind, Setup, Then, each};
use record::{Path, Value};

/// Sets members to constants, which may hold expressions such as `${jobId}`.
///
/// What is missing on the way to a dotted path is made; what stood there gives way.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Add {
    /// Members and their values.
    fields: Vec<Constant>,
}

/// A member and its value.
#[derive(Debug, Deserialize, JsonSchema)]
struct Constant {
    /// Dotted path of the member.
    field: Path,
    /// Its value; any JSON.
    value: Json,
}

impl Component for Add {
    const TYPE: &'static str = "field.add";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        let fields: Vec<(Path, Value)> =
            self.fields.into_iter().map(|one| (one.field, Value::from(&one.value))).collect();
        each(move |mut record| {
            for (path, value) in &fields {
                record.set(path, value.clone());
            }
            Ok(Then::Pass(record))
        })
    }
}

//! `field.remove`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each};
use record::Path;

/// Takes members away, with all that is below them.
///
/// A member that is not there changes nothing. A name that meets an array is taken from each of its elements.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Remove {
    /// Dotted paths of the members.
    fields: Vec<Path>,
}

impl Component for Remove {
    const TYPE: &'static str = "field.remove";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        each(move |mut record| {
            for path in &self.fields {
                record.remove(path);
            }
            Ok(Then::Pass(record))
        })
    }
}

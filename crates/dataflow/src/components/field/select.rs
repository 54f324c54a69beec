//! `field.select`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each};
use record::{Path, Record};

/// Keeps only these members, in the order in which they are listed.
///
/// They stay where they are: `profile.email` gives a `profile` with `email` alone. A member that is not there is left
/// out. Of an array the members that are named are kept in each element.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Select {
    /// Dotted paths of the members.
    fields: Vec<Path>,
}

impl Component for Select {
    const TYPE: &'static str = "field.select";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        each(move |record| {
            let mut kept = Record::new();
            for path in &self.fields {
                kept.keep(&record, path);
            }
            Ok(Then::Pass(kept))
        })
    }
}

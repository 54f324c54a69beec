//! `field.array.extract`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each};
use record::{Path, Record, Value};

/// Makes one record of each element of an array.
///
/// A record takes over the members of its element; an element that is no object stands under the last name of `field`. The
/// members named in `propagationFields` are copied from the record around the array, under their own paths. A record
/// without the array, or with an empty one, ends here and is counted as dropped.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArrayExtract {
    /// Dotted path of the array.
    field: Path,
    /// Dotted paths of members that each new record gets as well.
    #[serde(default)]
    propagation_fields: Vec<Path>,
    /// Whether each new record gets a member `key` that tells it from the others. How Gigya makes it is not documented; here
    /// it is the propagated values and the number of the element, counted from 0, joined by `_`, so that the same
    /// account gives the same keys in the next run.
    #[serde(default)]
    generate_key: bool,
}

impl Component for ArrayExtract {
    const TYPE: &'static str = "field.array.extract";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        let mut count = 0_u64;
        each(move |record| {
            count += 1;
            let found = record.find(&self.field).unwrap_or(Value::NULL);
            let alone;
            let elements = match found.as_array() {
                Some(elements) => elements,
                None if found.is_null() => &[],
                None => {
                    alone = [found.clone()];
                    &alone
                }
            };
            let propagated: Vec<(&Path, Value)> =
                self.propagation_fields.iter().filter_map(|path| Some((path, record.find(path)?))).collect();
            let extracted = elements.iter().enumerate().map(|(index, element)| {
                let mut new = Record::try_from(element.clone()).unwrap_or_else(|element| {
                    let mut alone = Record::new();
                    alone.members_mut().insert(self.field.last(), element);
                    alone
                });
                for (path, value) in &propagated {
                    new.set(path, value.clone());
                }
                if self.generate_key {
                    let mut parts: Vec<String> =
                        propagated.iter().map(|(_, value)| value.to_plain().to_string()).collect();
                    if parts.is_empty() {
                        parts.push(count.to_string());
                    }
                    parts.push(index.to_string());
                    new.members_mut().insert("key", parts.join("_"));
                }
                new
            });
            Ok(Then::Many(extracted.collect()))
        })
    }
}

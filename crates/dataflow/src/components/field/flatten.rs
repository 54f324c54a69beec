//! `field.flatten`

use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each};
use record::{Object, Path, Value, View};

/// Puts what is nested at the top of the record, under its dotted path: `profile.phones.0.number`.
///
/// The documentation names the parameter only. It is read as: the members that are listed are flattened, all of them
/// when the list is empty or holds `*`; they stand at the end of the record, in their order, or in their own places when all
/// are flattened. Empty objects and arrays stay as they are.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Flatten {
    /// Dotted paths of the members to flatten.
    #[serde(default)]
    fields: Vec<String>,
}

impl Component for Flatten {
    const TYPE: &'static str = "field.flatten";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        let all = self.fields.is_empty() || self.fields.iter().any(|field| field == "*");
        let mut paths = Vec::new();
        for (index, field) in self.fields.iter().enumerate().filter(|_| !all) {
            paths.push(Path::parse(field).map_err(|error| format!("`fields[{index}]`: {error}"))?);
        }
        each(move |mut record| {
            let mut flat = Object::new();
            if all {
                for (name, value) in record.members().iter() {
                    leaves(name, value, &mut flat);
                }
                *record.members_mut() = flat;
                return Ok(Then::Pass(record));
            }
            for path in &paths {
                if let Some(value) = record.remove(path) {
                    leaves(&path.to_string().replace('\'', ""), &value, &mut flat);
                }
            }
            for (name, value) in flat {
                record.members_mut().insert(name, value);
            }
            Ok(Then::Pass(record))
        })
    }
}

/// All leaves below a value, each under its path.
pub(crate) fn leaves(path: &str, value: &Value, flat: &mut Object) {
    match value.view() {
        View::Object(members) if !members.is_empty() => {
            for (name, member) in members.iter() {
                leaves(&format!("{path}.{name}"), member, flat);
            }
        }
        View::Array(elements) if !elements.is_empty() => {
            for (index, element) in elements.iter().enumerate() {
                leaves(&format!("{path}.{index}"), element, flat);
            }
        }
        _ => {
            flat.insert(path, value.clone());
        }
    }
}

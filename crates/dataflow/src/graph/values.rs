//! Values that were given for slots and variables which a dataflow does not have.

use std::collections::BTreeSet;

use super::finding::Severity::Error;
use super::{Finding, suggest};
use crate::document::Read;
use crate::expression;

/// The names among `names` that are neither a slot nor a variable of the dataflow, each as an error: whoever has typed
/// `--set NAME=VALUE` means something by it.
#[must_use]
pub fn unknown_values<'n>(read: &Read, names: impl IntoIterator<Item = &'n str>) -> Vec<Finding> {
    let mut known: BTreeSet<String> = read.slots.clone();
    for step in &read.dataflow.steps {
        if let Some(params) = &step.params {
            expression::variables(&params.clone().into(), &mut known);
        }
    }
    let unknown = names.into_iter().filter(|name| !known.contains(*name));
    let finding = |name: &str| Finding {
        severity: Error,
        code: "unknown_slot",
        step: None,
        place: read.places.get(""),
        message: format!(
            "--set names {name}, but the flow has neither a slot {{{{{name}}}}} nor a variable <${name}$>"
        ),
        help: match suggest::nearest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "it has no slots and no variables".to_owned(),
            None => {
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                format!("it has {}", known.join(", "))
            }
        },
    };
    unknown.map(finding).collect()
}

//! Files of one name that come to one writer.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::Check;
use super::connect::Edges;
use super::finding::Severity::Warning;
use crate::component::Kind;
use crate::document::StepDocument;
use crate::registry::Definition;

/// Names that are followed; a flow that makes more is not looked through.
const MOST: usize = 1000;

/// A file that leaves a step: its `fileName`, the components that it has come through, and the step that made it.
type Name = (String, String, usize);

impl Check<'_> {
    /// Files that get the same name in different steps and come to the same writer.
    pub(super) fn files(
        &mut self,
        steps: &[StepDocument],
        definitions: &[Option<Definition>],
        edges: &Edges,
        params: &[Json],
    ) {
        let mut leaving: Vec<BTreeSet<Name>> = vec![BTreeSet::new(); steps.len()];
        let mut count = 0;
        for &index in &edges.order {
            let Some(definition) = &definitions[index] else { continue };
            let before = (0..steps.len()).filter(|from| edges.pairs[*from].0.contains(&index));
            let came: Vec<Name> = before.flat_map(|from| leaving[from].iter().cloned()).collect();
            if definition.gives == Kind::Files {
                leaving[index] = match params[index]["fileName"].as_str() {
                    Some(name) => BTreeSet::from([(name.to_owned(), String::new(), index)]),
                    None => {
                        let on = came
                            .into_iter()
                            .map(|(name, way, maker)| (name, format!("{way} {}", definition.name), maker));
                        on.collect()
                    }
                };
                count += leaving[index].len();
                if count > MOST {
                    return;
                }
                continue;
            }
            if !definition.writes() {
                continue;
            }
            let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
            let mut told: BTreeSet<&str> = BTreeSet::new();
            for (name, way, _) in &came {
                if !seen.insert((name, way)) && told.insert(name) {
                    let makers = came.iter().filter(|other| (&other.0, &other.1) == (name, way));
                    let makers: BTreeSet<usize> = makers.map(|(_, _, maker)| *maker).collect();
                    let ids: Vec<_> = makers.iter().map(|maker| format!("`{}`", steps[*maker].id)).collect();
                    let message =
                        format!("files named {name} come to it more than once, from {}", ids.join(" and "));
                    let help = "the later ones get a number; give each a fileName of its own";
                    self.note(Warning, "same_file", index, "", message, help);
                }
            }
        }
    }
}

//! Local folders in the place of the stores of steps.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use dataflow::document::Read;
use engine::dataflows::STORES;
use maud::{Markup, html};
use migration::flow::components;
use serde_json::{Map, Value, json};

use super::opened::Opened;

/// What a form says of stores, by step.
pub(super) fn given(form: &HashMap<String, String>) -> BTreeMap<String, PathBuf> {
    let store = |(name, folder): (&String, &String)| {
        let folder = folder.trim();
        let step = name.strip_prefix("store.")?;
        (!folder.is_empty()).then(|| (step.to_owned(), PathBuf::from(folder)))
    };
    form.iter().filter_map(store).collect()
}

/// The same as a scheduling keeps it.
pub(super) fn kept(form: &HashMap<String, String>) -> Map<String, Value> {
    let stores = given(form);
    let mut kept = Map::new();
    if !stores.is_empty() {
        kept.insert(STORES.to_owned(), json!(stores));
    }
    kept
}

/// A field for each step that has a store; `last` is a scheduling whose folders are offered again.
pub(super) fn fields(opened: &Opened, last: Option<&Value>) -> Markup {
    let registry = components();
    let Ok(read) = Read::new(&opened.text, []) else { return html! {} };
    let with_store: Vec<&str> = read
        .dataflow
        .steps
        .iter()
        .filter(|step| registry.get(step.component.trim()).is_some_and(|component| component.has_store()))
        .map(|step| step.id.as_str())
        .collect();
    html! {
        @if !with_store.is_empty() {
            fieldset.broad {
                legend { "Folders in the place of stores" }
                p.hint { "A folder of this machine is read or written instead of the store that the step names. Leave it empty to speak to the store itself." }
                @for (at, step) in with_store.iter().enumerate() {
                    label for=(format!("store-{at}")) { (step) }
                    input id=(format!("store-{at}")) name=(format!("store.{step}")) autocomplete="off" spellcheck="false" placeholder="/path/to/folder"
                        value=[last.and_then(|last| last[STORES][*step].as_str())];
                }
            }
        }
    }
}

//! Steps in whose store's place a local folder stands, and stores that this build does not have.

use serde_json::Value as Json;

use super::finding::Severity;
use super::{Check, Purpose, gather_slots, suggest};
use crate::document::StepDocument;
use crate::registry::Definition;

/// Parameters of stores that count for a folder, too: they say which files and in which order, not where the store is.
const NOT_OF_THE_PLACE: [&str; 4] = ["fileNameRegex", "sortBy", "sortOrder", "temporaryUploadExtension"];

impl Check<'_> {
    /// Whether a folder stands in the place of the step's store.
    pub(super) fn is_replaced(&self, step: &StepDocument, definition: &Definition) -> bool {
        definition.has_store() && self.context.stores.contains_key(&step.id)
    }

    /// How grave it is that something is missing without which the step cannot do its work.
    pub(super) fn lack(&self, definition: &Definition) -> Severity {
        match self.purpose {
            Purpose::Run => Severity::Error,
            Purpose::Try if !definition.writes() => Severity::Error,
            Purpose::Try | Purpose::Check => Severity::Warning,
        }
    }

    /// Takes the open slots of a store out that a folder stands in for: nobody asks where it is.
    pub(super) fn forget_place(&self, step: &StepDocument, definition: &Definition, params: &mut Json) {
        if !self.is_replaced(step, definition) {
            return;
        }
        let Json::Object(members) = params else { return };
        for (name, member) in members.iter_mut() {
            if NOT_OF_THE_PLACE.contains(&name.as_str()) {
                continue;
            }
            let mut open = Vec::new();
            gather_slots(member, "", &mut open);
            if !open.is_empty() {
                *member = Json::Null;
            }
        }
        let required = definition.schema.as_value()["required"].as_array();
        for name in required.into_iter().flatten().filter_map(Json::as_str) {
            // Those that have to be there are texts.
            if let Some(member) = members.get_mut(name).filter(|member| member.is_null()) {
                *member = Json::from("-");
            }
        }
        members.retain(|_, member| !member.is_null());
    }

    /// A store that this build does not have.
    pub(super) fn not_built(&mut self, index: usize, step: &StepDocument, definition: &Definition) {
        if cfg!(feature = "stores") || !definition.has_store() || self.is_replaced(step, definition) {
            return;
        }
        let message =
            format!("this program was built without the feature `stores`, which {} needs", definition.name);
        let help = format!("build it with `--features stores`, or say --store {}", folder_for(&step.id));
        self.note(self.lack(definition), STORE_NOT_BUILT, index, "/type", message, help);
    }

    /// Each folder that was given must stand for the store of a step.
    pub(super) fn stores(&mut self, documents: &[StepDocument], definitions: &[Option<Definition>]) {
        let has_store = |index: &usize| definitions[*index].as_ref().is_none_or(Definition::has_store);
        for id in self.context.stores.keys() {
            let Some(index) = documents.iter().position(|step| &step.id == id) else {
                let near = suggest::nearest(id, documents.iter().map(|step| step.id.as_str()));
                self.findings.push(super::Finding {
                    severity: Severity::Error,
                    code: "unknown_store",
                    step: None,
                    place: self.place("/steps"),
                    message: format!("--store names the step `{id}`, which is not there"),
                    help: near.map_or_else(String::new, |near| format!("did you mean `{near}`?")),
                });
                continue;
            };
            if !has_store(&index) {
                let message = "--store names it, but it has no store".to_owned();
                let stores: Vec<String> = (0..documents.len())
                    .filter(|other| definitions[*other].as_ref().is_some_and(Definition::has_store))
                    .map(|other| format!("`{}`", documents[other].id))
                    .collect();
                let help = match stores.is_empty() {
                    true => "no step of the flow has one".to_owned(),
                    false => format!("those that have one: {}", stores.join(", ")),
                };
                self.note(Severity::Error, "no_store", index, "", message, help);
            }
        }
    }
}

/// The code of a store that this build does not have.
pub const STORE_NOT_BUILT: &str = "store_not_built";

/// `STEP=DIR`, in quotes where a shell would take the step apart.
fn folder_for(step: &str) -> String {
    let plain = !step.is_empty() && step.chars().all(|char| char.is_alphanumeric() || "_-./".contains(char));
    if plain { format!("{step}=DIR") } else { format!("{step:?}=DIR") }
}

//! Members of a document and of its steps that mean nothing: slips of the pen.

use super::finding::Severity::Warning;
use super::{Check, Finding, suggest};
use crate::document::StepDocument;

/// The members of a dataflow.
const OF_A_DATAFLOW: [&str; 13] = [
    "id",
    "name",
    "status",
    "description",
    "steps",
    "lastRuntime",
    "version",
    "apiKey",
    "siteId",
    "createTime",
    "updateTime",
    "updatedByName",
    "updatedByEmail",
];

/// The members of a step.
const OF_A_STEP: [&str; 5] = ["id", "type", "params", "next", "error"];

impl Check<'_> {
    /// Members that are nearly one that is known. Others are Gigya's own matter and are kept as they are.
    pub(super) fn members(&mut self, steps: &[StepDocument]) {
        let read = self.read;
        for name in read.dataflow.other.keys() {
            let Some(near) = suggest::nearest(name, OF_A_DATAFLOW) else { continue };
            let place = read.places.name(&format!("/{}", crate::document::escaped(name)));
            self.findings.push(Finding {
                severity: Warning,
                code: "unknown_member",
                step: None,
                place,
                message: format!("a dataflow has no member `{name}`; it has no effect"),
                help: format!("did you mean `{near}`?"),
            });
        }
        for (index, step) in steps.iter().enumerate() {
            for name in step.other.keys() {
                let near = suggest::nearest(name, OF_A_STEP);
                let help =
                    near.map_or_else(|| "take it out".to_owned(), |near| format!("did you mean `{near}`?"));
                let pointer = format!("/steps/{index}/{}", crate::document::escaped(name));
                let message = format!("a step has no member `{name}`; it has no effect");
                self.note_at(read.places.name(&pointer), Warning, "unknown_member", index, message, help);
            }
        }
    }
}

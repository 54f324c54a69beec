//! `idx.*`: IdentitySync.

mod dataflow;
mod scheduling;
mod search;

use super::{Endpoint, reads, writes};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    reads("idx.getDataflow", dataflow::get),
    reads("idx.getScheduling", scheduling::get),
    reads("idx.search", search::run),
    writes("idx.createDataflow", dataflow::create),
    writes("idx.createDataflowDraft", dataflow::create_draft),
    writes("idx.createScheduling", scheduling::create),
    writes("idx.deleteDataflow", dataflow::delete),
    writes("idx.deleteScheduling", scheduling::delete),
    writes("idx.setDataflow", dataflow::set),
    writes("idx.setDataflowDraft", dataflow::set_draft),
    writes("idx.setScheduling", scheduling::set),
];

/// An answer that holds an id.
fn with_id(id: &str) -> crate::document::Document {
    let mut answer = crate::document::Document::new();
    answer.set("id", id);
    answer
}

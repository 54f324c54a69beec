//! `idx.createDataflow`, `getDataflow`, `setDataflow`, `deleteDataflow`, and the same of drafts

use super::with_id;
use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::idx::table::{self, Kind};
use crate::idx::{dataflow, mask};
use crate::state::AppState;

/// Stores a new dataflow.
pub(super) fn create(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    Ok(with_id(&dataflow::create(state, call.params.object("data")?, Kind::Dataflow)?))
}

/// Stores a new draft.
pub(super) fn create_draft(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    Ok(with_id(&dataflow::create(state, call.params.object("data")?, Kind::Draft)?))
}

/// The dataflow of an id, or else its draft, with its secrets masked.
pub(super) fn get(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let id = call.params.require("id")?;
    let found = state.store().read_blocking(|db| -> Result<_, ApiError> {
        match table::get(db, Kind::Dataflow, id)? {
            Some(found) => Ok(Some(found)),
            None => Ok(table::get(db, Kind::Draft, id)?),
        }
    })?;
    let found = found.ok_or_else(|| dataflow::unknown(id))?;
    serde_json::from_value(mask::masked(found.body)).map_err(|_| ApiError::internal())
}

/// Replaces a dataflow.
pub(super) fn set(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    version(dataflow::set(state, call.params.object("data")?, Kind::Dataflow)?)
}

/// Replaces a draft.
pub(super) fn set_draft(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    version(dataflow::set(state, call.params.object("data")?, Kind::Draft)?)
}

/// Removes a dataflow, its draft and its schedulings.
pub(super) fn delete(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let id = call.params.require("id")?;
    state.store().write_blocking(|tx| dataflow::delete(tx, id))?;
    Ok(Document::new())
}

fn version(version: u64) -> Result<Document, ApiError> {
    let mut answer = Document::new();
    answer.set("version", version);
    Ok(answer)
}

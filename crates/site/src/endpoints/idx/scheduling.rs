//! `idx.createScheduling`, `getScheduling`, `setScheduling`, `deleteScheduling`

use super::with_id;
use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::idx::scheduling;
use crate::idx::table::{self, Kind};
use crate::state::AppState;

/// Stores a new scheduling; one of `once` is how a dataflow is run.
pub(super) fn create(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    Ok(with_id(&scheduling::create(state, call.params.object("data")?)?))
}

/// The scheduling of an id.
pub(super) fn get(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let id = call.params.require("id")?;
    let found = state.store().read_blocking(|db| table::get(db, Kind::Scheduling, id))?;
    let found = found.ok_or_else(|| scheduling::unknown(id))?;
    serde_json::from_value(found.body).map_err(|_| ApiError::internal())
}

/// Replaces a scheduling.
pub(super) fn set(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    scheduling::set(state, call.params.object("data")?)?;
    Ok(Document::new())
}

/// Removes a scheduling; what it has started goes on.
pub(super) fn delete(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let id = call.params.require("id")?;
    state.store().write_blocking(|tx| {
        if table::delete(tx, Kind::Scheduling, id)? {
            Ok(Document::new())
        } else {
            Err(scheduling::unknown(id))
        }
    })
}

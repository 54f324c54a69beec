//! `ds.delete`

use serde_json::Value;

use super::{fields, key, take};
use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::objects;
use crate::time;

/// Removes an object, or the `fields` of its data.
///
/// # Errors
/// 400002 without `type` or `oid`, 404000 for an object that is not there.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let (key, fields) = (key(call)?, fields(call));
    state.store().write_blocking(|tx| {
        let mut object = objects::get(tx, key)?.ok_or_else(|| ApiError::plain(codes::NOT_FOUND))?;
        if fields.is_empty() {
            objects::delete(tx, key)?;
            return Ok(Document::new());
        }
        let mut data: Value = object.get("data").unwrap_or_default();
        for path in &fields {
            take(&mut data, path);
        }
        object.set("data", data);
        object.set("lastUpdated", call.time_ms);
        object.set("lastUpdatedTime", time::iso(call.time_ms));
        objects::put(tx, key, &object)?;
        Ok(Document::new())
    })
}

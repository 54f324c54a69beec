//! `ds.get`

use serde_json::{Value, json};

use super::{fields, key, put, take};
use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::objects;

/// Gives an object, or the `fields` of its data.
///
/// # Errors
/// 400002 without `type` or `oid`, 404000 for an object that is not there.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let key = key(call)?;
    let found = state.store().read_blocking(|db| Ok::<_, ApiError>(objects::get(db, key)?))?;
    let mut object = found.ok_or_else(|| ApiError::plain(codes::NOT_FOUND))?;
    let fields = fields(call);
    if !fields.is_empty() {
        let mut data: Value = object.get("data").unwrap_or_default();
        let mut picked = json!({});
        for path in fields {
            if let Some(value) = take(&mut data, path) {
                put(&mut picked, path, value);
            }
        }
        object.set("data", picked);
    }
    Ok(object)
}

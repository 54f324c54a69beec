//! `accounts.getPolicies` and `accounts.setPolicies`

use serde_json::{Map, Value};

use crate::call::Call;
use crate::document::Document;
use crate::error::ApiError;
use crate::policies::{self, Policies};
use crate::state::AppState;

/// The policies that this site knows.
///
/// # Errors
/// When the database fails.
pub(super) fn get(state: &AppState, _: &Call) -> Result<Document, ApiError> {
    let policies = state.store().read_blocking(policies::get)?;
    Ok(members(&policies))
}

/// Merges what is given into the policies.
///
/// # Errors
/// 400006 for a value that is not allowed.
pub(super) fn set(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    state.store().write_blocking(|tx| {
        let mut merged = members(&policies::get(tx)?);
        for name in ["accountOptions", "passwordComplexity", "security"] {
            if let Some(given) = call.params.object(name)? {
                merged.merge(name, &Value::Object(given));
            }
        }
        let policies: Policies = serde_json::from_str(&merged.to_json())
            .map_err(|error| ApiError::invalid(format!("policies: {error}")))?;
        policies::put(tx, &policies)?;
        Ok(Document::new())
    })
}

fn members(policies: &Policies) -> Document {
    let value = serde_json::to_value(policies).unwrap_or(Value::Object(Map::new()));
    serde_json::from_value(value).unwrap_or_default()
}

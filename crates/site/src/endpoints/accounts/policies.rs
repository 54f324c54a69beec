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
    let pattern = serde_json::to_value(Policies::default()).unwrap_or_default();
    state.store().write_blocking(|tx| {
        let mut merged = members(&policies::get(tx)?);
        for name in ["accountOptions", "passwordComplexity", "security"] {
            if let Some(given) = call.params.object(name)? {
                let given = Value::Object(given);
                misfit(name, &pattern[name], &given)?;
                merged.merge(name, &given);
            }
        }
        let policies: Policies = serde_json::from_str(&merged.to_json())
            .map_err(|_| ApiError::invalid("policies: a number is out of range"))?;
        policies::put(tx, &policies)?;
        Ok(Document::new())
    })
}

/// Passes what has the types of the policies that this site knows; others are nothing to it.
///
/// # Errors
/// 400006 that names the member.
fn misfit(path: &str, pattern: &Value, given: &Value) -> Result<(), ApiError> {
    let wanted = match (pattern, given) {
        (Value::Null, _) | (_, Value::Null) | (Value::Bool(_), Value::Bool(_)) => return Ok(()),
        (Value::Object(known), Value::Object(members)) => {
            return members.iter().try_for_each(|(name, member)| {
                let pattern = known.get(name).unwrap_or(&Value::Null);
                misfit(&format!("{path}.{name}"), pattern, member)
            });
        }
        (Value::Number(_), Value::Number(number)) if number.is_u64() => return Ok(()),
        (Value::Bool(_), _) => "true or false",
        (Value::Number(_), _) => "a whole number",
        _ => "an object",
    };
    Err(ApiError::invalid(format!("{path}: expected {wanted}")))
}

fn members(policies: &Policies) -> Document {
    let value = serde_json::to_value(policies).unwrap_or(Value::Object(Map::new()));
    serde_json::from_value(value).unwrap_or_default()
}

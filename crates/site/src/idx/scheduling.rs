//! Schedulings: when a dataflow runs.
//!
//! Source: Gigya, "Scheduling Object".

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::dataflow;
use super::frequency::Frequency;
use super::table::{self, Entry, Kind};
use crate::codes;
use crate::error::ApiError;
use crate::state::AppState;
use crate::{ids, time};

/// Members that the site sets.
const OWN: &[&str] = &[
    "id",
    "apiKey",
    "jobId",
    "currentJobStartTime",
    "createTime",
    "updateTime",
    "updatedByName",
    "updatedByEmail",
];

/// Stores a new scheduling; its id.
///
/// # Errors
/// 400002 without data, name, dataflow or frequency, 400006 for a value that is not allowed, 404000 for an unknown
/// dataflow.
pub(crate) fn create(state: &AppState, data: Option<Map<String, Value>>) -> Result<String, ApiError> {
    let given = given(data)?;
    let id = ids::hex32();
    state.store().write_blocking(|tx| write(tx, state, &id, given, None))?;
    state.scheduler().wake();
    Ok(id)
}

/// Replaces a scheduling.
///
/// # Errors
/// As [`create`], and 404000 for an unknown scheduling.
pub(crate) fn set(state: &AppState, data: Option<Map<String, Value>>) -> Result<(), ApiError> {
    let given = given(data)?;
    let id = given.get("id").and_then(Value::as_str).ok_or_else(|| ApiError::missing("data.id"))?.to_owned();
    state.store().write_blocking(|tx| {
        let before = table::get(tx, Kind::Scheduling, &id)?.ok_or_else(|| unknown(&id))?;
        write(tx, state, &id, given, Some(&before.body))
    })?;
    state.scheduler().wake();
    Ok(())
}

/// 404000 for the id of a scheduling that is not there.
pub(crate) fn unknown(id: &str) -> ApiError {
    ApiError::new(codes::NOT_FOUND, format!("There is no scheduling {id}"))
}

fn given(data: Option<Map<String, Value>>) -> Result<Map<String, Value>, ApiError> {
    let members = data.ok_or_else(|| ApiError::missing("data"))?;
    for name in ["name", "dataflowId"] {
        if members.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
            return Err(ApiError::missing(&format!("data.{name}")));
        }
    }
    Frequency::of(&members)?;
    let allowed = |name: &str, good: fn(&Value) -> bool, what: &str| match members.get(name) {
        Some(value) if !value.is_null() && !good(value) => {
            Err(ApiError::invalid(format!("data.{name}: expected {what}")))
        }
        _ => Ok(()),
    };
    allowed("nextJobStartTime", |value| value.as_str().and_then(time::parse).is_some(), "a time")?;
    allowed("limit", |value| value.as_u64().is_some(), "a number")?;
    allowed("fullExtract", Value::is_boolean, "true or false")?;
    allowed("enabled", Value::is_boolean, "true or false")?;
    let level = |value: &Value| matches!(value.as_str(), Some("info" | "error" | "debug"));
    allowed("logLevel", level, "info, error or debug")?;
    Ok(members)
}

fn write(
    tx: &Connection,
    state: &AppState,
    id: &str,
    given: Map<String, Value>,
    before: Option<&Value>,
) -> Result<(), ApiError> {
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let flow = text("dataflowId").unwrap_or_default().to_owned();
    table::get(tx, Kind::Dataflow, &flow)?.ok_or_else(|| dataflow::unknown(&flow))?;
    let now_ms = state.now_ms();
    let first = text("nextJobStartTime").and_then(time::parse).unwrap_or(now_ms);
    let enabled = given.get("enabled") != Some(&Value::Bool(false));
    let kept = |name: &str| before.and_then(|before| before.get(name)).cloned();
    let now = Value::from(time::iso(now_ms));
    let mut body = Map::new();
    body.insert("id".to_owned(), id.into());
    body.insert("apiKey".to_owned(), state.api_key().into());
    body.extend(given.into_iter().filter(|(name, _)| !OWN.contains(&name.as_str())));
    body.insert("nextJobStartTime".to_owned(), time::iso(first).into());
    body.insert("enabled".to_owned(), enabled.into());
    body.insert("createTime".to_owned(), kept("createTime").unwrap_or_else(|| now.clone()));
    body.insert("updateTime".to_owned(), now);
    for name in ["jobId", "currentJobStartTime"] {
        if let Some(value) = kept(name) {
            body.insert(name.to_owned(), value);
        }
    }
    let due = enabled.then_some(first);
    let body = Value::Object(body);
    // The dataflow of an entry never changes: another one is another scheduling.
    if before.is_some_and(|before| before.get("dataflowId").and_then(Value::as_str) != Some(&flow)) {
        return Err(ApiError::invalid("data.dataflowId: a scheduling keeps its dataflow"));
    }
    table::put(tx, &Entry { kind: Kind::Scheduling, id: id.to_owned(), dataflow: flow, due, body })?;
    Ok(())
}

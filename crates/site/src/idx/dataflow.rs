//! Dataflows: what a call may write, and what the site adds.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::table::{self, Entry, Kind};
use crate::codes;
use crate::error::ApiError;
use crate::state::AppState;
use crate::{ids, time};

/// Members that the site sets.
const OWN: &[&str] = &[
    "id",
    "apiKey",
    "siteId",
    "status",
    "version",
    "createTime",
    "updateTime",
    "updatedByName",
    "updatedByEmail",
    "lastRuntime",
    "lastRunTime",
];

/// Stores a new dataflow, or draft of one; its id.
///
/// # Errors
/// 400002 without data or name, 400006 for a document that is none or cannot run.
pub(crate) fn create(
    state: &AppState,
    data: Option<Map<String, Value>>,
    kind: Kind,
) -> Result<String, ApiError> {
    let given = given(state, data, kind)?;
    let id = ids::hex32();
    state.store().write_blocking(|tx| write(tx, state, kind, &id, given, None))?;
    Ok(id)
}

/// Replaces a dataflow, or draft, by what is given; its new version. A draft that is set as a dataflow is published.
///
/// # Errors
/// 400002, 400006 as [`create`], 404000 for an unknown id, 403200 when nothing has changed.
pub(crate) fn set(state: &AppState, data: Option<Map<String, Value>>, kind: Kind) -> Result<u64, ApiError> {
    let given = given(state, data, kind)?;
    let id = given.get("id").and_then(Value::as_str).ok_or_else(|| ApiError::missing("data.id"))?.to_owned();
    state.store().write_blocking(|tx| {
        let before = table::get(tx, kind, &id)?;
        let other = if kind == Kind::Draft { Kind::Dataflow } else { Kind::Draft };
        if before.is_none() && table::get(tx, other, &id)?.is_none() {
            return Err(unknown(&id));
        }
        if before.as_ref().is_some_and(|before| content(&before.body) == content(&given)) {
            return Err(ApiError::new(codes::REDUNDANT_OPERATION, "dataflow has not changed"));
        }
        let version = write(tx, state, kind, &id, given, before.map(|before| before.body))?;
        if kind == Kind::Dataflow {
            table::delete(tx, Kind::Draft, &id)?;
        }
        Ok(version)
    })
}

/// Removes a dataflow, its draft and its schedulings. What it has done stays.
///
/// # Errors
/// 404000 when neither it nor a draft of it is there.
pub(crate) fn delete(tx: &Connection, id: &str) -> Result<(), ApiError> {
    let found = [Kind::Dataflow, Kind::Draft].map(|kind| table::delete(tx, kind, id));
    let mut any = false;
    for deleted in found {
        any |= deleted?;
    }
    if !any {
        return Err(unknown(id));
    }
    table::delete_of(tx, Kind::Scheduling, id)?;
    Ok(())
}

/// 404000 for the id of a dataflow that is not there.
pub(crate) fn unknown(id: &str) -> ApiError {
    ApiError::new(codes::NOT_FOUND, format!("There is no dataflow {id}"))
}

/// The parameter `data` of a call, judged.
fn given(state: &AppState, data: Option<Map<String, Value>>, kind: Kind) -> Result<Value, ApiError> {
    let members = data.ok_or_else(|| ApiError::missing("data"))?;
    if members.get("name").and_then(Value::as_str).is_none_or(str::is_empty) {
        return Err(ApiError::missing("data.name"));
    }
    if members.get("steps").is_some_and(|steps| !steps.is_array()) {
        return Err(ApiError::invalid("data.steps: expected a list"));
    }
    let document = Value::Object(members);
    // A draft may be unfinished.
    if kind == Kind::Dataflow
        && let Some(flows) = state.flows()
        && let Err(faults) = flows.check(&document)
    {
        return Err(ApiError::invalid(format!("data: {}", faults.join("; "))));
    }
    Ok(document)
}

fn write(
    tx: &Connection,
    state: &AppState,
    kind: Kind,
    id: &str,
    given: Value,
    before: Option<Value>,
) -> Result<u64, ApiError> {
    let kept = |name: &str| before.as_ref().and_then(|before| before.get(name)).cloned();
    let version = kept("version").and_then(|version| version.as_u64()).unwrap_or(0) + 1;
    let now = Value::from(time::iso(state.now_ms()));
    let status = if kind == Kind::Draft { "draft" } else { "published" };
    let mut body = Map::new();
    body.insert("id".to_owned(), id.into());
    body.insert("apiKey".to_owned(), state.api_key().into());
    body.insert("status".to_owned(), status.into());
    body.extend(content(&given));
    body.insert("version".to_owned(), version.into());
    body.insert("createTime".to_owned(), kept("createTime").unwrap_or_else(|| now.clone()));
    body.insert("updateTime".to_owned(), now);
    body.insert("updatedByName".to_owned(), json!("Crosswalk"));
    if let Some(last) = kept("lastRuntime") {
        body.insert("lastRuntime".to_owned(), last);
    }
    let body = Value::Object(body);
    table::put(tx, &Entry { kind, id: id.to_owned(), dataflow: id.to_owned(), due: None, body })?;
    Ok(version)
}

/// What is the caller's in a dataflow.
pub(crate) fn content(dataflow: &Value) -> Map<String, Value> {
    let members = dataflow.as_object().into_iter().flatten();
    members
        .filter(|(name, _)| !OWN.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

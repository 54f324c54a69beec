//! `ds.store`

use serde_json::{Map, Value};

use super::key;
use crate::call::Call;
use crate::codes;
use crate::document::Document;
use crate::error::ApiError;
use crate::ids;
use crate::state::AppState;
use crate::store::objects::{self, Key};
use crate::time;

/// Bytes of an object, as of an account. Source: Gigya, "Response Codes and Errors", 413003.
const MAX: usize = 512 << 10;

/// What becomes of the data that an object has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Update {
    /// Elements of arrays are added to those that are there. The default.
    ArrayPush,
    /// Arrays take the place of those that are there.
    ArraySet,
    /// The whole data takes the place of what is there.
    Replace,
}

/// Stores an object, or changes one. The oid `auto` makes a new one; the answer has its `oid`.
///
/// # Errors
/// 400002 without `type`, `oid` or `data`, 400006 for data that is no JSON object and an unknown `updateBehavior`, 413003
/// for an object of more than 512 KB.
pub(super) fn run(state: &AppState, call: &Call) -> Result<Document, ApiError> {
    let key = key(call)?;
    let data = call.params.object("data")?.ok_or_else(|| ApiError::missing("data"))?;
    let update = match call.params.get("updateBehavior") {
        None | Some("arrayPush") => Update::ArrayPush,
        Some("arraySet") => Update::ArraySet,
        Some("replace") => Update::Replace,
        Some(_) => return Err(ApiError::invalid("updateBehavior: expected arrayPush, arraySet or replace")),
    };
    let made = (key.oid == "auto").then(ids::hex32);
    let key = Key { oid: made.as_deref().unwrap_or(key.oid), ..key };
    state.store().write_blocking(|tx| {
        let before = objects::get(tx, key)?;
        let body = object(key, before.as_ref(), data, update, call.time_ms);
        if body.to_json().len() > MAX {
            return Err(ApiError::plain(codes::OBJECT_TOO_LARGE));
        }
        objects::put(tx, key, &body)?;
        let mut answer = Document::new();
        answer.set("oid", key.oid);
        Ok(answer)
    })
}

/// The object as a search gives it.
fn object(
    key: Key<'_>,
    before: Option<&Document>,
    change: Map<String, Value>,
    update: Update,
    now_ms: i64,
) -> Document {
    let mut data = match update {
        Update::Replace => Map::new(),
        _ => before.and_then(|before| before.get("data")).unwrap_or_default(),
    };
    merge(&mut data, change, update);
    let created = before.and_then(|before| before.get("created")).unwrap_or(now_ms);
    let mut body = Document::new();
    body.set("oid", key.oid);
    if !key.uid.is_empty() {
        body.set("UID", key.uid);
    }
    body.set("data", data);
    for (name, ms) in [("created", created), ("lastUpdated", now_ms)] {
        body.set(name, ms);
        body.set(&format!("{name}Time"), time::iso(ms));
    }
    body
}

/// Objects member by member; null deletes.
fn merge(into: &mut Map<String, Value>, change: Map<String, Value>, update: Update) {
    for (name, value) in change {
        match (into.get_mut(&name), value) {
            (_, Value::Null) => drop(into.remove(&name)),
            (Some(Value::Object(inner)), Value::Object(change)) => merge(inner, change, update),
            (Some(Value::Array(all)), Value::Array(more)) if update == Update::ArrayPush => all.extend(more),
            (_, value) => drop(into.insert(name, value)),
        }
    }
}

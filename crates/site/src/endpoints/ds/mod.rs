//! `ds.*`: the data store. Source: Gigya, "ds.store REST", "ds.get REST", "ds.delete REST", "ds.search REST", and public type
//! declarations of their answers.

mod delete;
mod get;
mod search;
mod store;

use serde_json::Value;

use super::{Endpoint, reads, writes};
use crate::call::Call;
use crate::error::ApiError;
use crate::store::objects::Key;

pub(super) const ENDPOINTS: &[Endpoint] = &[
    writes("ds.delete", delete::run),
    reads("ds.get", get::run),
    reads("ds.search", search::run),
    writes("ds.store", store::run),
];

/// The object that a call is about.
fn key(call: &Call) -> Result<Key<'_>, ApiError> {
    Ok(Key {
        kind: call.params.require("type")?,
        oid: call.params.require("oid")?,
        uid: call.params.get("UID").unwrap_or_default(),
    })
}

/// The dotted paths that a call names in `fields`; none when it means the whole object.
fn fields(call: &Call) -> Vec<&str> {
    let fields: Vec<&str> = call.params.list("fields").collect();
    if fields.contains(&"*") { Vec::new() } else { fields }
}

/// Takes the value at a dotted path out of an object.
fn take(object: &mut Value, path: &str) -> Option<Value> {
    let members = object.as_object_mut()?;
    match path.split_once('.') {
        Some((name, rest)) => take(members.get_mut(name)?, rest),
        None => members.remove(path),
    }
}

/// Puts a value at a dotted path, making the objects on the way.
fn put(object: &mut Value, path: &str, value: Value) {
    match path.split_once('.') {
        Some((name, rest)) => put(&mut object[name], rest, value),
        None => object[path] = value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_lead_into_objects() {
        let mut object = json!({"a": {"b": 1, "c": 2}, "d": [3]});
        assert_eq!(take(&mut object, "a.b"), Some(json!(1)));
        assert_eq!(take(&mut object, "a.b"), None);
        assert_eq!(take(&mut object, "d.e"), None);
        let mut picked = json!({});
        put(&mut picked, "x.y", json!(4));
        assert_eq!((object, picked), (json!({"a": {"c": 2}, "d": [3]}), json!({"x": {"y": 4}})));
    }
}

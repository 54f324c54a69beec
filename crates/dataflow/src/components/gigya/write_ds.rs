//! `datasource.write.gigya.ds`

use gigya::Call;
use schemars::JsonSchema;
use serde::Deserialize;

use super::call::text;
use super::write_importaccount::twenty;
use super::writing::write;
use crate::component::{Built, Component, Kind, Setup};
use crate::site::Keys;
use record::Record;

/// Stores each record as an object of a site's data store, with `ds.store`.
///
/// Its `oid` is that of the object, or the site makes one; its `UID` is the account that the object belongs to; its `data`
/// is stored, or without such a member everything else of the record.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WriteDs {
    /// The type of the objects.
    #[serde(rename = "type")]
    kind: String,
    /// Calls at a time.
    #[serde(default = "twenty")]
    max_connections: usize,
    /// Adds the answer of the site to the record, as `_response`.
    #[serde(default)]
    add_response: bool,
    #[serde(flatten)]
    keys: Keys,
}

impl Component for WriteDs {
    const TYPE: &'static str = "datasource.write.gigya.ds";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, setup: &Setup<'_>) -> Built {
        let kind = self.kind;
        let make = move |record: &Record| call(&kind, record);
        write(self.keys.client(setup)?, self.max_connections, self.add_response, None, make)
    }
}

fn call(kind: &str, record: &Record) -> Call {
    let members = record.members();
    let oid = members.get("oid").and_then(text);
    let mut call = Call::new("ds.store").param("type", kind);
    if let Some(uid) = members.get("UID").and_then(text) {
        call = call.param("UID", uid);
    }
    let data = match members.get("data") {
        Some(data) => data.to_string(),
        None => {
            let mut rest = record.clone();
            rest.members_mut().retain(|name, _| !["oid", "UID"].contains(&name) && !name.starts_with('_'));
            rest.to_string()
        }
    };
    call = call.param("data", data);
    match oid {
        Some(oid) => call.param("oid", oid),
        // Each call makes another object.
        None => call.param("oid", "auto").once(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_its_data_or_the_rest_of_the_record() {
        let made = |json: &str| format!("{:?}", call("order", &Record::from_json(json).unwrap()));
        let with = made(r#"{"oid":"7","UID":"u","data":{"n":1},"x":2}"#);
        assert!(with.contains(r#""data": "{\"n\":1}""#) && with.contains(r#""oid": "7""#), "{with}");
        let without = made(r#"{"UID":"u","n":1,"_response":{}}"#);
        assert!(without.contains(r#""data": "{\"n\":1}""#) && without.contains("auto"), "{without}");
        assert!(without.contains("repeatable: false"), "{without}");
    }
}

//! What all readers of a site do.

use gigya::{Client, Search};
use jiff::Timestamp;

use crate::component::{Built, step};
use crate::fault::Fault;
use crate::site::fault;
use record::{Object, Record, Value};

/// The most that a site gives in one page, and the size without `batchSize`.
/// Source: SAP Help, accounts.search.
const MOST: u64 = 10_000;
const USUAL: u64 = 1_000;

/// A query in the making.
pub(super) struct Query<'a> {
    pub(super) select: &'a str,
    pub(super) from: &'a str,
    /// What has to hold; empty texts say nothing.
    pub(super) conditions: Vec<String>,
    /// By which member; an empty text says nothing.
    pub(super) order: &'a str,
}

impl Query<'_> {
    /// The text of the query, with pages of `batch` records, or of `limit` if no more are wanted.
    pub(super) fn text(&self, batch: Option<u64>, limit: Option<u64>) -> String {
        let page = batch.unwrap_or(USUAL).min(limit.unwrap_or(MOST)).clamp(1, MOST);
        let conditions: Vec<_> =
            self.conditions.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).collect();
        let place = match conditions.as_slice() {
            [] => String::new(),
            [one] => format!(" WHERE {one}"),
            all => format!(" WHERE ({})", all.join(") AND (")),
        };
        let order = if self.order.is_empty() { String::new() } else { format!(" ORDER BY {}", self.order) };
        format!("SELECT {} FROM {}{place}{order} LIMIT {page}", self.select.trim(), self.from.trim())
    }
}

/// `field > time`, where the field counts milliseconds.
pub(super) fn changed(field: &str, since: Option<Timestamp>) -> String {
    since.map(|since| format!("{field} > {}", since.as_millisecond())).unwrap_or_default()
}

/// A step that reads all that a search finds. `change` may do something to each record.
pub(super) fn read(
    client: Result<Client, String>,
    search: Search,
    change: impl Fn(&mut Record) + Send + 'static,
) -> Built {
    step(move |_, mut output| async move {
        let client = client.map_err(Fault::lasting)?;
        let mut pages = client.pages(search);
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| fault(&error))?;
            for text in page.records() {
                let mut record = Record::from_json_bytes(text).map_err(|error| {
                    Fault::lasting(format!("the site gave a record that is none: {error}"))
                })?;
                change(&mut record);
                output.give(record).await?;
            }
            output.flush().await?;
        }
        Ok(())
    })
}

/// Takes members out that hold nothing: null, empty texts, objects and arrays without anything in them.
pub(super) fn without_empty(record: &mut Record) {
    clean(record.members_mut());
}

fn clean(members: &mut Object) {
    members.retain(|_, value| {
        if value.as_object().is_some_and(|inner| inner.iter().any(|(_, value)| is_empty(value)))
            && let Some(inner) = value.as_object_mut()
        {
            clean(inner);
        }
        !is_empty(value)
    });
}

/// Whether a value holds nothing; true also of an object that holds only such values.
fn is_empty(value: &Value) -> bool {
    match value.view() {
        record::View::Null => true,
        record::View::Text(text) => text.is_empty(),
        record::View::Array(items) => items.is_empty(),
        record::View::Object(members) => members.iter().all(|(_, value)| is_empty(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_joined_in_brackets() {
        let query = |conditions: &[&str]| Query {
            select: "UID, profile",
            from: "accounts",
            conditions: conditions.iter().map(|text| (*text).to_owned()).collect(),
            order: "",
        };
        assert_eq!(query(&[]).text(None, None), "SELECT UID, profile FROM accounts LIMIT 1000");
        assert_eq!(
            query(&["", "a = 1"]).text(Some(300), None),
            "SELECT UID, profile FROM accounts WHERE a = 1 LIMIT 300"
        );
        assert_eq!(
            query(&["a = 1 OR b = 2", "t > 5"]).text(Some(20_000), Some(10)),
            "SELECT UID, profile FROM accounts WHERE (a = 1 OR b = 2) AND (t > 5) LIMIT 10"
        );
        let ordered = Query { order: "t", ..query(&["a = 1"]) };
        assert_eq!(
            ordered.text(None, None),
            "SELECT UID, profile FROM accounts WHERE a = 1 ORDER BY t LIMIT 1000"
        );
    }

    #[test]
    fn empty_members_go() {
        let mut record = Record::from_json(
            r#"{"a":null,"b":"","c":[],"d":{},"e":{"f":{"g":""},"h":1},"i":[null],"j":{"k":{}},"l":false,"m":0}"#,
        )
        .unwrap();
        without_empty(&mut record);
        assert_eq!(record.to_string(), r#"{"e":{"h":1},"i":[null],"l":false,"m":0}"#);
    }
}

//! Which accounts belong to which records.

use std::collections::HashMap;

use super::behavior::Operator;
use record::{Path, Record, Value, View};

/// A field of a record and the field of an account that has to hold the same.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) source: Path,
    pub(super) gigya: Path,
    /// `gigya` as it stands in a query.
    pub(super) name: String,
}

/// How records and accounts are compared.
#[derive(Debug)]
pub(super) struct Matching {
    pub(super) pairs: Vec<Pair>,
    pub(super) operator: Operator,
    pub(super) is_case_sensitive: bool,
}

impl Matching {
    /// The condition that finds the accounts of these records; none when the records have nothing to look for.
    pub(super) fn condition(&self, records: &[Record]) -> Option<String> {
        let parts: Vec<String> = match self.operator {
            Operator::Or => self
                .pairs
                .iter()
                .filter_map(|pair| {
                    let mut values: Vec<_> =
                        records.iter().flat_map(|record| self.sought(pair, record)).collect();
                    values.sort_unstable();
                    values.dedup();
                    one_of(&pair.name, &values)
                })
                .collect(),
            Operator::And => records
                .iter()
                .filter_map(|record| {
                    let all: Option<Vec<_>> = self
                        .pairs
                        .iter()
                        .map(|pair| one_of(&pair.name, &self.sought(pair, record)))
                        .collect();
                    all.map(|all| format!("({})", all.join(" AND ")))
                })
                .collect(),
        };
        (!parts.is_empty()).then(|| parts.join(" OR "))
    }

    /// For each record the accounts that match it, by their place in `accounts`.
    pub(super) fn matches(&self, records: &[Record], accounts: &[Record]) -> Vec<Vec<usize>> {
        let tables: Vec<HashMap<String, Vec<usize>>> = self
            .pairs
            .iter()
            .map(|pair| {
                let mut table: HashMap<String, Vec<usize>> = HashMap::new();
                for (place, account) in accounts.iter().enumerate() {
                    for text in texts(&pair.gigya, account) {
                        table.entry(self.folded(text)).or_default().push(place);
                    }
                }
                table
            })
            .collect();
        let found = |record: &Record| {
            let mut found: Option<Vec<usize>> = None;
            for (pair, table) in self.pairs.iter().zip(&tables) {
                let mut places: Vec<usize> = texts(&pair.source, record)
                    .into_iter()
                    .filter_map(|text| table.get(&self.folded(text)))
                    .flatten()
                    .copied()
                    .collect();
                match (&mut found, self.operator) {
                    (None, _) => found = Some(places),
                    (Some(all), Operator::Or) => all.append(&mut places),
                    (Some(all), Operator::And) => all.retain(|place| places.contains(place)),
                }
            }
            let mut found = found.unwrap_or_default();
            found.sort_unstable();
            found.dedup();
            found
        };
        records.iter().map(found).collect()
    }

    /// What a query has to look for. Without regard to case, the small letters too, in which sites keep identifiers.
    fn sought(&self, pair: &Pair, record: &Record) -> Vec<String> {
        let mut sought = texts(&pair.source, record);
        if !self.is_case_sensitive {
            let small: Vec<_> =
                sought.iter().map(|text| text.to_lowercase()).filter(|text| !sought.contains(text)).collect();
            sought.extend(small);
        }
        sought
    }

    fn folded(&self, text: String) -> String {
        if self.is_case_sensitive { text } else { text.to_lowercase() }
    }
}

/// The texts at a path; those of an array one by one. Empty ones say nothing.
fn texts(path: &Path, record: &Record) -> Vec<String> {
    fn collect(value: &Value, texts: &mut Vec<String>) {
        match value.view() {
            View::Array(items) => items.iter().for_each(|item| collect(item, texts)),
            View::Object(_) | View::Null | View::Text("") => {}
            _ => texts.push(value.to_plain().to_string()),
        }
    }
    let mut texts = Vec::new();
    if let Some(value) = record.find(path) {
        collect(&value, &mut texts);
    }
    texts
}

fn one_of(name: &str, values: &[String]) -> Option<String> {
    let quoted: Vec<_> = values.iter().map(|value| quoted(value)).collect();
    match quoted.as_slice() {
        [] => None,
        [one] => Some(format!("{name} = {one}")),
        several => Some(format!("{name} IN ({})", several.join(", "))),
    }
}

/// A text as a query has it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matching(pairs: &[(&str, &str)], operator: Operator, is_case_sensitive: bool) -> Matching {
        let pair = |(source, gigya): &(&str, &str)| Pair {
            source: Path::parse(source).unwrap(),
            gigya: Path::parse(gigya).unwrap(),
            name: (*gigya).to_owned(),
        };
        Matching { pairs: pairs.iter().map(pair).collect(), operator, is_case_sensitive }
    }

    fn records(json: &[&str]) -> Vec<Record> {
        json.iter().map(|json| Record::from_json(json).unwrap()).collect()
    }

    #[test]
    fn conditions() {
        let records =
            records(&[r#"{"mail":"B@x","id":1}"#, r#"{"mail":"a\"b"}"#, r#"{"mail":"","id":null}"#]);
        let pairs = [("mail", "loginIDs.emails"), ("id", "data.id")];
        assert_eq!(
            matching(&pairs, Operator::Or, true).condition(&records).as_deref(),
            Some(r#"loginIDs.emails IN ("B@x", "a\"b") OR data.id = "1""#)
        );
        assert_eq!(
            matching(&pairs, Operator::And, false).condition(&records).as_deref(),
            Some(r#"(loginIDs.emails IN ("B@x", "b@x") AND data.id = "1")"#)
        );
        assert_eq!(matching(&pairs, Operator::Or, true).condition(&records[2..]), None);
    }

    #[test]
    fn accounts_are_found_by_any_or_by_all() {
        let records = records(&[r#"{"mail":"B@x","id":"1"}"#, r#"{"mail":"c@x","id":"1"}"#, r#"{"id":"9"}"#]);
        let accounts = [
            r#"{"UID":"u0","loginIDs":{"emails":["a@x","b@x"]},"data":{"id":"1"}}"#,
            r#"{"UID":"u1","loginIDs":{"emails":["c@x"]},"data":{"id":"2"}}"#,
        ]
        .map(|json| Record::from_json(json).unwrap());
        let pairs = [("mail", "loginIDs.emails"), ("id", "data.id")];
        let any = matching(&pairs, Operator::Or, false);
        assert_eq!(any.matches(&records, &accounts), [vec![0], vec![0, 1], vec![]]);
        let all = matching(&pairs, Operator::And, false);
        assert_eq!(all.matches(&records, &accounts), [vec![0], vec![], vec![]]);
        let exact = matching(&pairs[..1], Operator::Or, true);
        assert_eq!(exact.matches(&records, &accounts), [vec![], vec![1], vec![]]);
    }
}

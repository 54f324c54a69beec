//! Numbers as a person writes them.

use std::collections::BTreeMap;

use serde::ser::{SerializeMap, Serializer};

/// Whole numbers below this are exact in a double.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Counts stand beside seconds in one table; a count is written without a fraction.
pub(super) fn plain<S: Serializer>(all: &BTreeMap<String, f64>, to: S) -> Result<S::Ok, S::Error> {
    let mut map = to.serialize_map(Some(all.len()))?;
    for (name, number) in all {
        if number.fract() == 0.0 && (0.0..EXACT).contains(number) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole, and in bounds"
            )]
            map.serialize_entry(name, &(*number as u64))?;
        } else {
            map.serialize_entry(name, number)?;
        }
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use crate::report::Report;

    #[test]
    fn counts_are_whole_numbers_and_come_back() {
        let mut report = Report::default();
        report.requests.insert("GET api/v2/users".to_owned(), 2.0);
        report.requests.insert("waited_seconds".to_owned(), 0.25);
        let text = serde_json::to_string(&report).unwrap();
        assert!(text.contains(r#""requests":{"GET api/v2/users":2,"waited_seconds":0.25}"#), "{text}");
        assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
    }
}

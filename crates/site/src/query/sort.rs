//! `ORDER BY`.

use std::cmp::Ordering;

use serde_json::{Number, Value};

use super::ast::Order;
use super::path::Path;
use super::value::compare_numbers;

/// What a document is put in its place by, for one field of `ORDER BY`.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// `false` before `true`.
    Bool(bool),
    /// By size, after all truths.
    Number(Number),
    /// By code points, after all numbers.
    Text(String),
    /// The document has no such field: it comes last, whatever the direction.
    Missing,
}

impl Key {
    /// The key of a document; of several values the one that comes first in this direction.
    pub(super) fn of(document: &Value, path: &Path, descending: bool) -> Self {
        let mut first = Self::Missing;
        path.any(document, &mut |value| {
            let key = match value {
                Value::Bool(truth) => Self::Bool(*truth),
                Value::Number(number) => Self::Number(number.clone()),
                Value::String(text) => Self::Text(text.clone()),
                _ => return false,
            };
            if key.compare(&first, descending) == Ordering::Less {
                first = key;
            }
            false
        });
        first
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Number(_) => 1,
            Self::Text(_) => 2,
            Self::Missing => 3,
        }
    }

    fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Missing, _) | (_, Self::Missing) => return self.rank().cmp(&other.rank()),
            (Self::Bool(one), Self::Bool(other)) => one.cmp(other),
            (Self::Number(one), Self::Number(other)) => compare_numbers(one, other),
            (Self::Text(one), Self::Text(other)) => one.cmp(other),
            _ => self.rank().cmp(&other.rank()),
        };
        if descending { order.reverse() } else { order }
    }
}

/// The order of two documents by their keys, one for each field of `ORDER BY`.
pub(super) fn compare(orders: &[Order], one: &[Key], other: &[Key]) -> Ordering {
    orders
        .iter()
        .zip(one.iter().zip(other))
        .map(|(order, (one, other))| one.compare(other, order.descending))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sorted(descending: bool, values: &[Value]) -> Vec<Value> {
        let order = Order { path: Path::new("a"), descending };
        let mut keys: Vec<_> = values
            .iter()
            .map(|value| (vec![Key::of(&json!({"a": value}), &order.path, descending)], value))
            .collect();
        keys.sort_by(|(one, _), (other, _)| compare(std::slice::from_ref(&order), one, other));
        keys.into_iter().map(|(_, value)| value.clone()).collect()
    }

    #[test]
    fn what_is_missing_comes_last_both_ways() {
        let values = [json!("b"), json!(null), json!(10), json!(9), json!("a"), json!(true), json!(9.5)];
        let ascending = [json!(true), json!(9), json!(9.5), json!(10), json!("a"), json!("b"), json!(null)];
        let descending = [json!("b"), json!("a"), json!(10), json!(9.5), json!(9), json!(true), json!(null)];
        assert_eq!(sorted(false, &values), ascending);
        assert_eq!(sorted(true, &values), descending);
    }

    #[test]
    fn an_array_is_placed_by_its_first_in_the_direction() {
        let values = [json!([5, 1]), json!([2, 3]), json!([4])];
        assert_eq!(sorted(false, &values), [json!([5, 1]), json!([2, 3]), json!([4])]);
        assert_eq!(sorted(true, &values), [json!([5, 1]), json!([4]), json!([2, 3])]);
    }
}

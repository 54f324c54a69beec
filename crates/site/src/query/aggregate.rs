//! `count(*)` and the functions over numbers.

use serde_json::{Map, Number, Value};

use super::ast::{Function, Selected};
use super::path::Path;
use super::value;

/// What a row of numbers adds up to.
#[derive(Debug, Clone, Default)]
struct Sums {
    count: u64,
    sum: f64,
    squares: f64,
    least: Option<f64>,
    greatest: Option<f64>,
}

impl Sums {
    fn add(&mut self, number: f64) {
        self.count += 1;
        self.sum += number;
        self.squares += number * number;
        self.least = Some(self.least.map_or(number, |least| least.min(number)));
        self.greatest = Some(self.greatest.map_or(number, |greatest| greatest.max(number)));
    }

    /// None where there is nothing to tell. Source for the two infinities: "accounts.search REST".
    fn of(&self, function: Function) -> Option<Value> {
        let count = self.count as f64;
        let variance = || (self.squares / count - (self.sum / count).powi(2)).max(0.0);
        let some = self.count > 0;
        match function {
            Function::Sum => number(self.sum),
            Function::SumOfSquares => number(self.squares),
            Function::Min => self.least.map_or_else(|| Some("infinity".into()), number),
            Function::Max => self.greatest.map_or_else(|| Some("-infinity".into()), number),
            Function::Avg => some.then(|| self.sum / count).and_then(number),
            Function::Variance => some.then(variance).and_then(number),
            Function::Std => some.then(|| variance().sqrt()).and_then(number),
        }
    }
}

/// Whole numbers are written as such.
fn number(number: f64) -> Option<Value> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        return Some((number as i64).into());
    }
    Number::from_f64(number).map(Value::Number)
}

/// The counts and functions of one group of documents.
#[derive(Debug, Clone)]
pub(super) struct Aggregate {
    documents: u64,
    sums: Sums,
}

impl Aggregate {
    pub(super) fn new() -> Self {
        Self { documents: 0, sums: Sums::default() }
    }

    /// Counts documents that no function has to see.
    pub(super) fn count(&mut self, documents: u64) {
        self.documents += documents;
    }

    /// Counts a document; `field` is what the functions go over.
    pub(super) fn add(&mut self, document: &Value, field: Option<&Path>) {
        self.documents += 1;
        let Some(field) = field else { return };
        field.any(document, &mut |value| {
            let number = match value {
                Value::Number(number) => number.as_f64(),
                Value::String(text) => value::number(text).and_then(|number| number.as_f64()),
                _ => None,
            };
            if let Some(number) = number {
                self.sums.add(number);
            }
            false
        });
    }

    /// Writes the results into a row.
    pub(super) fn write(&self, select: &[Selected], row: &mut Map<String, Value>) {
        for selected in select {
            let (name, value) = match selected {
                Selected::All | Selected::Field { .. } => continue,
                Selected::Count { alias } => {
                    (alias.clone().unwrap_or_else(|| "count(*)".into()), Some(self.documents.into()))
                }
                Selected::Function { function, path, alias } => (
                    alias.clone().unwrap_or_else(|| format!("{}({path})", function.name())),
                    self.sums.of(*function),
                ),
            };
            if let Some(value) = value {
                row.insert(name, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn all(numbers: &[f64]) -> Vec<Option<Value>> {
        let mut sums = Sums::default();
        numbers.iter().for_each(|number| sums.add(*number));
        Function::ALL.into_iter().map(|function| sums.of(function)).collect()
    }

    #[test]
    fn functions_are_those_of_the_whole_population() {
        let numbers = all(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]);
        let expected = [40, 2, 9, 5, 232, 4, 2].map(|number| Some(json!(number)));
        assert_eq!(numbers, expected);
        assert_eq!(all(&[0.5, 1.0])[0], Some(json!(1.5)));
    }

    #[test]
    fn nothing_has_infinite_bounds_and_no_mean() {
        let expected = [
            Some(json!(0)),
            Some(json!("infinity")),
            Some(json!("-infinity")),
            None,
            Some(json!(0)),
            None,
            None,
        ];
        assert_eq!(all(&[]), expected);
    }
}

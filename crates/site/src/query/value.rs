//! A value of a document held against a constant of a query.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Number, Value};

use super::ast::{Comparison, Literal};

/// A constant with all that it can be read as.
#[derive(Debug, Clone)]
pub(super) struct Operand {
    literal: Literal,
    /// A number, or a text that is one: audit logs keep error codes as texts, `site` identities keep ages so.
    number: Option<Number>,
    /// A text that is a date, in milliseconds since 1970 (UTC), as the fields called `…Timestamp` count.
    milliseconds: Option<i64>,
}

impl Operand {
    pub(super) fn new(literal: &Literal) -> Self {
        let (number, milliseconds) = match literal {
            Literal::Text(text) => (number(text), milliseconds(text)),
            Literal::Number(number) => (Some(number.clone()), None),
            Literal::Bool(_) => (None, None),
        };
        Self { literal: literal.clone(), number, milliseconds }
    }

    /// What a field that counts milliseconds is compared with.
    pub(super) fn as_timestamp(&self) -> Option<Number> {
        self.number.clone().or_else(|| self.milliseconds.map(Number::from))
    }

    /// Whether a value equals it. Types need not be the same where the text of one means the other.
    pub(super) fn equals(&self, value: &Value) -> bool {
        match (value, &self.literal) {
            (Value::String(text), Literal::Text(wanted)) if text == wanted => true,
            (Value::String(text), Literal::Bool(wanted)) => text == if *wanted { "true" } else { "false" },
            (Value::Bool(truth), Literal::Bool(wanted)) => truth == wanted,
            (Value::Bool(truth), Literal::Text(wanted)) => wanted == if *truth { "true" } else { "false" },
            _ => self.compare(value) == Some(Ordering::Equal),
        }
    }

    /// Whether a value stands to it in this relation.
    pub(super) fn passes(&self, value: &Value, comparison: Comparison) -> bool {
        let order = || self.compare(value);
        match comparison {
            Comparison::Equal => self.equals(value),
            Comparison::NotEqual => !self.equals(value),
            Comparison::Less => order() == Some(Ordering::Less),
            Comparison::LessOrEqual => matches!(order(), Some(Ordering::Less | Ordering::Equal)),
            Comparison::Greater => order() == Some(Ordering::Greater),
            Comparison::GreaterOrEqual => matches!(order(), Some(Ordering::Greater | Ordering::Equal)),
        }
    }

    /// How a value stands to it: dates by time, numbers by size, texts letter by letter; None where they have nothing in
    /// common.
    fn compare(&self, value: &Value) -> Option<Ordering> {
        match (value, &self.literal) {
            (Value::Number(value), _) => self.as_timestamp().map(|wanted| compare_numbers(value, &wanted)),
            (Value::String(text), Literal::Text(wanted)) => {
                let dates = self.milliseconds.zip(self.milliseconds.and_then(|_| milliseconds(text)));
                Some(match dates {
                    Some((wanted, value)) => value.cmp(&wanted),
                    None => text.as_str().cmp(wanted),
                })
            }
            (Value::String(text), Literal::Number(wanted)) => number(text)
                .or_else(|| milliseconds(text).map(Number::from))
                .map(|value| compare_numbers(&value, wanted)),
            _ => None,
        }
    }
}

/// Whole numbers to the last digit, others as floating point.
pub(super) fn compare_numbers(one: &Number, other: &Number) -> Ordering {
    match (one.as_i64(), other.as_i64()) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.as_f64().unwrap_or(f64::NAN).total_cmp(&other.as_f64().unwrap_or(f64::NAN)),
    }
}

/// A text that is a number from its beginning to its end.
pub(super) fn number(text: &str) -> Option<Number> {
    if !text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) {
        return None;
    }
    text.parse::<i64>().map(Number::from).ok().or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
}

/// A date as Gigya writes it, a date alone, or one without a zone, which is taken for UTC.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    if text.len() < 10 || text.as_bytes().get(4) != Some(&b'-') {
        return None;
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp.as_millisecond());
    }
    let time =
        text.parse::<DateTime>().or_else(|_| text.parse::<Date>().map(|date| date.at(0, 0, 0, 0))).ok()?;
    TimeZone::UTC.to_timestamp(time).ok().map(Timestamp::as_millisecond)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn passes(value: Value, comparison: Comparison, literal: Literal) -> bool {
        Operand::new(&literal).passes(&value, comparison)
    }

    fn text(text: &str) -> Literal {
        Literal::Text(text.into())
    }

    #[test]
    fn dates_are_times_wherever_one_side_shows_it() {
        let at = 1_686_698_632_512_i64;
        for same in ["2023-06-13T23:23:52.512Z", "2023-06-13T23:23:52.512", "2023-06-14T01:23:52.512+02:00"] {
            assert!(passes(json!(at), Comparison::Equal, text(same)), "{same}");
            assert!(passes(json!("2023-06-13T23:23:52.512Z"), Comparison::Equal, text(same)), "{same}");
        }
        assert!(passes(json!(at), Comparison::Greater, text("2023-06-13")));
        assert!(passes(
            json!("2023-06-13T23:23:52.512Z"),
            Comparison::LessOrEqual,
            Literal::Number(at.into())
        ));
        assert!(passes(json!("0001-01-01T00:00:00Z"), Comparison::Less, text("1970-01-01")));
        assert!(!passes(json!(at), Comparison::Less, text("next week")));
    }

    #[test]
    fn numbers_and_their_texts_are_the_same() {
        assert!(passes(json!("81"), Comparison::Greater, Literal::Number(9.into())));
        assert!(passes(json!(400006), Comparison::Equal, text("400006")));
        assert!(passes(json!(1.5), Comparison::Less, Literal::Number(2.into())));
        assert!(passes(json!(i64::MAX), Comparison::Less, Literal::Number(u64::MAX.into())));
        assert!(!passes(json!(i64::MAX), Comparison::Equal, Literal::Number((i64::MAX - 1).into())));
        assert!(!passes(json!("eighty"), Comparison::Greater, Literal::Number(9.into())));
    }

    #[test]
    fn texts_differ_by_their_letters() {
        assert!(!passes(json!("Ann"), Comparison::Equal, text("ann")));
        assert!(passes(json!("Ann"), Comparison::Less, text("Bea")));
        assert!(passes(json!("81"), Comparison::Less, text("9")));
    }

    #[test]
    fn truths_have_no_order() {
        assert!(passes(json!(true), Comparison::Equal, Literal::Bool(true)));
        assert!(passes(json!(true), Comparison::Equal, text("true")));
        assert!(passes(json!(true), Comparison::NotEqual, Literal::Bool(false)));
        assert!(!passes(json!(true), Comparison::GreaterOrEqual, Literal::Bool(true)));
        assert!(!passes(json!({}), Comparison::Equal, text("")));
    }
}

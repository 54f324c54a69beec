//! Expressions at work.

use super::{methods, parse};
use record::{Record, Value, View};

/// A JEXL expression.
#[derive(Debug)]
pub(crate) struct Expression(Node);

#[derive(Debug)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Name(String),
    Member(Box<Node>, Box<Node>),
    Method(Box<Node>, String, Vec<Node>),
    Not(Box<Node>),
    Negative(Box<Node>),
    Binary(Binary, Box<Node>, Box<Node>),
    If(Box<Node>, Box<Node>, Box<Node>),
    /// `a ?: b`: b if a is not true.
    Else(Box<Node>, Box<Node>),
    /// `a ?? b`: b if a is null.
    Coalesce(Box<Node>, Box<Node>),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Binary {
    Or,
    And,
    Equal,
    Unequal,
    Matches,
    MatchesNot,
    AtMost,
    AtLeast,
    Less,
    More,
    Plus,
    Minus,
    Times,
    Over,
    Rest,
}

impl Expression {
    /// Reads an expression.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parse::parse(text).map(Self)
    }

    /// What it gives for a record.
    pub(crate) fn evaluate(&self, record: &Record) -> Result<Value, String> {
        self.0.value(record)
    }
}

impl Node {
    fn value(&self, record: &Record) -> Result<Value, String> {
        Ok(match self {
            Self::Null => Value::NULL,
            Self::Bool(value) => Value::from(*value),
            Self::Number(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
            // `record` is the whole of it, unless a member has that name.
            Self::Name(name) => match record.members().get(name) {
                Some(value) => value.clone(),
                None if name == "record" => record.as_value().clone(),
                None => Value::NULL,
            },
            Self::Member(of, name) => member(&of.value(record)?, &name.value(record)?),
            Self::Method(of, name, arguments) => {
                let arguments: Result<Vec<Value>, String> =
                    arguments.iter().map(|one| one.value(record)).collect();
                methods::call(&of.value(record)?, name, &arguments?)?
            }
            Self::Not(of) => Value::from(!truth(&of.value(record)?)),
            Self::Negative(of) => Value::from(-number(&of.value(record)?)?),
            Self::Binary(Binary::Or, a, b) => {
                Value::from(truth(&a.value(record)?) || truth(&b.value(record)?))
            }
            Self::Binary(Binary::And, a, b) => {
                Value::from(truth(&a.value(record)?) && truth(&b.value(record)?))
            }
            Self::Binary(operator, a, b) => operator.apply(&a.value(record)?, &b.value(record)?)?,
            Self::If(condition, yes, no) => {
                if truth(&condition.value(record)?) {
                    yes.value(record)?
                } else {
                    no.value(record)?
                }
            }
            Self::Else(a, b) => {
                let a = a.value(record)?;
                if truth(&a) { a } else { b.value(record)? }
            }
            Self::Coalesce(a, b) => {
                let a = a.value(record)?;
                if a.is_null() { b.value(record)? } else { a }
            }
        })
    }
}

impl Binary {
    fn apply(self, a: &Value, b: &Value) -> Result<Value, String> {
        Ok(match self {
            Self::Equal => Value::from(equal(a, b)),
            Self::Unequal => Value::from(!equal(a, b)),
            Self::Matches => Value::from(matches(a, b)?),
            Self::MatchesNot => Value::from(!matches(a, b)?),
            Self::AtMost => Value::from(compare(a, b)?.is_some_and(std::cmp::Ordering::is_le)),
            Self::AtLeast => Value::from(compare(a, b)?.is_some_and(std::cmp::Ordering::is_ge)),
            Self::Less => Value::from(compare(a, b)?.is_some_and(std::cmp::Ordering::is_lt)),
            Self::More => Value::from(compare(a, b)?.is_some_and(std::cmp::Ordering::is_gt)),
            // As in Java: a text on either side makes it a text.
            Self::Plus if a.as_str().is_some() || b.as_str().is_some() => {
                Value::from(format!("{}{}", a.to_plain(), b.to_plain()))
            }
            Self::Plus => Value::from(number(a)? + number(b)?),
            Self::Minus => Value::from(number(a)? - number(b)?),
            Self::Times => Value::from(number(a)? * number(b)?),
            Self::Over | Self::Rest if number(b)? == 0.0 => return Err("a division by zero".to_owned()),
            // As in Java: whole numbers divide to whole numbers.
            Self::Over if a.as_i64().is_some() && b.as_i64().is_some() => {
                Value::from((number(a)? / number(b)?).trunc())
            }
            Self::Over => Value::from(number(a)? / number(b)?),
            Self::Rest => Value::from(number(a)? % number(b)?),
            Self::Or | Self::And => return Err("and, or are worked out before".to_owned()),
        })
    }
}

/// A member by name, an element by number.
fn member(of: &Value, name: &Value) -> Value {
    let found = match of.view() {
        View::Object(members) => members.get(&name.to_plain()),
        View::Array(elements) => name.to_plain().parse::<usize>().ok().and_then(|index| elements.get(index)),
        _ => None,
    };
    found.cloned().unwrap_or(Value::NULL)
}

/// What counts as true: as in JEXL null, false, zero and the empty text do not.
pub(super) fn truth(value: &Value) -> bool {
    match value.view() {
        View::Null => false,
        View::Bool(value) => value,
        View::Number(_) => value.as_f64() != Some(0.0),
        View::Text(text) => !text.is_empty() && text != "false",
        View::Array(_) | View::Object(_) => true,
    }
}

/// A number; null is 0, a text is read as one.
pub(super) fn number(value: &Value) -> Result<f64, String> {
    match value.view() {
        View::Null => Ok(0.0),
        View::Bool(value) => Ok(f64::from(u8::from(value))),
        View::Number(_) => value.as_f64().ok_or_else(|| "a number is out of range".to_owned()),
        View::Text(text) => {
            text.trim().parse().map_err(|_| "a text that is no number is used as one".to_owned())
        }
        View::Array(_) | View::Object(_) => Err("an object or array is used as a number".to_owned()),
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a.view(), b.view()) {
        (View::Number(_), View::Number(_) | View::Text(_)) | (View::Text(_), View::Number(_)) => {
            matches!((number(a), number(b)), (Ok(a), Ok(b)) if a == b)
        }
        (View::Bool(_), View::Text(_)) | (View::Text(_), View::Bool(_)) => a.to_plain() == b.to_plain(),
        _ => a == b,
    }
}

fn compare(a: &Value, b: &Value) -> Result<Option<std::cmp::Ordering>, String> {
    if a.is_null() || b.is_null() {
        return Ok(None);
    }
    match (a.as_str(), b.as_str()) {
        (Some(a), Some(b)) => Ok(Some(a.cmp(b))),
        _ => Ok(number(a)?.partial_cmp(&number(b)?)),
    }
}

/// `=~`: a whole match of a regular expression, or an element of an array.
fn matches(a: &Value, b: &Value) -> Result<bool, String> {
    if let Some(elements) = b.as_array() {
        return Ok(elements.iter().any(|element| equal(a, element)));
    }
    methods::whole_match(&a.to_plain(), &b.to_plain())
}

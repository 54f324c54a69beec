//! The methods of values in expressions.

use fancy_regex::Regex;

use super::jexl::number;
use record::{Value, View};

/// Calls a method. On null all methods give null, but for those that ask about emptiness.
pub(super) fn call(of: &Value, name: &str, arguments: &[Value]) -> Result<Value, String> {
    match name {
        "empty" | "isEmpty" => return Ok(Value::from(size(of) == 0)),
        "size" | "length" => return Ok(Value::from(size(of) as u64)),
        _ => {}
    }
    if of.is_null() {
        return Ok(Value::NULL);
    }
    let text = of.to_plain();
    let argument = |at: usize| -> Result<String, String> {
        arguments
            .get(at)
            .map(|value| value.to_plain().to_string())
            .ok_or_else(|| format!("{name} wants more arguments"))
    };
    let contains = |wanted: &str| match of.view() {
        View::Array(elements) => elements.iter().any(|element| element.to_plain() == wanted),
        _ => text.contains(wanted),
    };
    Ok(match name {
        "toUpperCase" => Value::from(text.to_uppercase()),
        "toLowerCase" => Value::from(text.to_lowercase()),
        "trim" => Value::from(text.trim()),
        "toString" => Value::from(text),
        "contains" => Value::from(contains(&argument(0)?)),
        "startsWith" => Value::from(text.starts_with(&argument(0)?)),
        "endsWith" => Value::from(text.ends_with(&argument(0)?)),
        "equals" => Value::from(*text == *argument(0)?),
        "equalsIgnoreCase" => Value::from(text.to_lowercase() == argument(0)?.to_lowercase()),
        "concat" => Value::from(format!("{text}{}", argument(0)?)),
        "replace" => Value::from(text.replace(&argument(0)?, &argument(1)?)),
        "replaceAll" => {
            let replacement = argument(1)?;
            Value::from(regex(&argument(0)?)?.replace_all(text.as_str(), replacement.as_str()).into_owned())
        }
        "matches" => Value::from(whole_match(&text, &argument(0)?)?),
        "indexOf" => {
            let found = text.find(&argument(0)?).map(|at| text[..at].chars().count());
            Value::from(found.map_or(-1, |at| i64::try_from(at).unwrap_or(i64::MAX)))
        }
        "substring" => substring(&text, arguments)?,
        "split" => {
            let mut parts: Vec<Value> = Vec::new();
            let (regex, mut from) = (regex(&argument(0)?)?, 0);
            for found in regex.find_iter(text.as_str()) {
                let found = found.map_err(|error| error.to_string())?;
                parts.push(Value::from(&text[from..found.start()]));
                from = found.end();
            }
            parts.push(Value::from(&text[from..]));
            Value::from(parts)
        }
        _ => return Err(format!("there is no method {name}")),
    })
}

/// Characters of a text, members, elements; null has none.
fn size(of: &Value) -> usize {
    match of.view() {
        View::Null => 0,
        View::Array(elements) => elements.len(),
        View::Object(members) => members.len(),
        View::Text(text) => text.chars().count(),
        View::Bool(_) | View::Number(_) => 1,
    }
}

fn substring(text: &str, arguments: &[Value]) -> Result<Value, String> {
    let length = text.chars().count();
    let place = |at: usize, default: usize| -> Result<usize, String> {
        let Some(value) = arguments.get(at) else { return Ok(default) };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "held within the text at once"
        )]
        let place = number(value)?.max(0.0) as usize;
        Ok(place.min(length))
    };
    let (from, to) = (place(0, 0)?, place(1, length)?);
    Ok(Value::from(text.chars().skip(from).take(to.saturating_sub(from)).collect::<String>()))
}

/// Whether a regular expression matches the whole of a text.
pub(super) fn whole_match(text: &str, pattern: &str) -> Result<bool, String> {
    regex(&format!("^(?:{pattern})$"))?.is_match(text).map_err(|error| error.to_string())
}

fn regex(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| format!("a regular expression is wrong: {error}"))
}

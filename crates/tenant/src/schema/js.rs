//! Values as JavaScript sees them: their type, their text in a message, the order of their keys.

use serde_json::{Map, Number, Value};

/// z-schema's name of a value's type: a number without a fraction is an `integer`, however it is written.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Number(number) => {
            let whole = number.as_f64().is_none_or(|float| float.fract() == 0.0);
            if whole { "integer" } else { "number" }
        }
    }
}

/// Whether two values are equal; `1` and `1.0` are.
pub(super) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

/// `String(value)`, except that objects and null are written as JSON, as z-schema does in its messages.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number_text(number),
        Value::Null | Value::Object(_) => value.to_string(),
        Value::Array(items) => joined(items),
    }
}

/// `Array.prototype.toString`: the items with commas between, null as nothing, objects as JavaScript names them.
fn joined(items: &[Value]) -> String {
    let texts: Vec<String> = items
        .iter()
        .map(|item| match item {
            Value::Null => String::new(),
            Value::Object(_) => "[object Object]".to_owned(),
            other => text_of(other),
        })
        .collect();
    texts.join(",")
}

/// `Number.prototype.toString`: the shortest digits that give the same double, an exponent from 1e21 and below 1e-6.
pub(super) fn number_text(number: &Number) -> String {
    let Some(float) = number.as_f64() else { return number.to_string() };
    if float == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{:e}", float.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    let point = exponent.parse::<i32>().unwrap_or_default() + 1;
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let repeat = |zeros: i32| "0".repeat(usize::try_from(zeros).unwrap_or_default());
    let sign = if float < 0.0 { "-" } else { "" };
    let text = if (1..=21).contains(&point) {
        let at = usize::try_from(point).unwrap_or_default();
        if count <= point {
            format!("{digits}{}", repeat(point - count))
        } else {
            format!("{}.{}", &digits[..at], &digits[at..])
        }
    } else if (-5..=0).contains(&point) {
        format!("0.{}{digits}", repeat(-point))
    } else {
        let exponent = point - 1;
        let sign = if exponent < 0 { '-' } else { '+' };
        let fraction = if digits.len() > 1 { format!(".{}", &digits[1..]) } else { String::new() };
        format!("{}{fraction}e{sign}{}", &digits[..1], exponent.abs())
    };
    format!("{sign}{text}")
}

/// `Object.keys`: keys that are array indexes first, in their order as numbers, then the others as they were written.
pub(super) fn keys(object: &Map<String, Value>) -> Vec<&String> {
    if !object.keys().any(|key| key.as_bytes().first().is_some_and(u8::is_ascii_digit)) {
        return object.keys().collect();
    }
    let mut indexes: Vec<(u32, &String)> =
        object.keys().filter_map(|key| array_index(key).map(|index| (index, key))).collect();
    indexes.sort_unstable_by_key(|(index, _)| *index);
    let others = object.keys().filter(|key| array_index(key).is_none());
    indexes.into_iter().map(|(_, key)| key).chain(others).collect()
}

/// The key as an array index: canonical decimal digits below 2^32 - 1.
fn array_index(key: &str) -> Option<u32> {
    if key.len() > 1 && key.starts_with('0') {
        return None;
    }
    if !key.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    key.parse::<u32>().ok().filter(|index| *index != u32::MAX)
}

/// `template.replace("{index}", text)`: the first place only, and with JavaScript's `$` patterns in the replacement.
pub(super) fn fill(template: &str, index: usize, text: &str) -> String {
    let mark = format!("{{{index}}}");
    let Some(at) = template.find(&mark) else { return template.to_owned() };
    let (before, after) = (&template[..at], &template[at + mark.len()..]);
    if !text.contains('$') {
        return format!("{before}{text}{after}");
    }
    let mut filled = before.to_owned();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let special = if character == '$' { characters.peek().copied() } else { None };
        match special {
            Some('$') => filled.push('$'),
            Some('&') => filled.push_str(&mark),
            Some('`') => filled.push_str(before),
            Some('\'') => filled.push_str(after),
            _ => {
                filled.push(character);
                continue;
            }
        }
        characters.next();
    }
    filled.push_str(after);
    filled
}

#[cfg(test)]
mod tests {
    use super::{fill, keys, text_of, type_of};
    use serde_json::json;

    #[test]
    fn numbers_read_as_in_javascript() {
        for (text, expected) in [
            ("1", "1"),
            ("1.0", "1"),
            ("-0.5", "-0.5"),
            ("1e21", "1e+21"),
            ("123456789012345678901", "123456789012345680000"),
            ("0.000001", "0.000001"),
            ("0.00000012", "1.2e-7"),
            ("9007199254740993", "9007199254740992"),
            ("-0", "0"),
        ] {
            let value: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(text_of(&value), expected, "{text}");
        }
        assert_eq!(type_of(&json!(2.0)), "integer");
        assert_eq!(type_of(&json!(2.5)), "number");
    }

    #[test]
    fn keys_stand_as_in_javascript() {
        let value = json!({"b": 1, "10": 1, "a": 1, "9": 1, "01": 1});
        assert_eq!(keys(value.as_object().unwrap()), ["9", "10", "b", "a", "01"]);
    }

    #[test]
    fn dollars_in_a_replacement() {
        assert_eq!(fill("a {0} b", 0, "$$ $& $x"), "a $ {0} $x b");
        assert_eq!(fill("a {0} b", 0, r"^\$10$"), r"a ^\$10$ b");
    }
}

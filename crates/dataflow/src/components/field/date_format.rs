//! `field.date.format`

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each_named};
use crate::expression::Pattern;
use crate::flow::ErrorDetails;
use record::{Path, Value};

/// Writes dates in another way.
///
/// The documentation names `fields` only; the names within its elements are ours. A date that cannot be read sends the
/// record along the error path; a member that is missing, `null` or empty changes nothing.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct DateFormat {
    /// Which members are written how.
    fields: Vec<Rule>,
}

/// One member.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Rule {
    /// Dotted path of the date.
    field: Path,
    /// How it is written now, as a pattern of Java's SimpleDateFormat. Without it: ISO 8601, a number of milliseconds
    /// since 1970, or `yyyy-MM-dd`.
    #[serde(default)]
    input_format: Option<String>,
    /// How it shall be written, as a pattern of Java's SimpleDateFormat, in UTC; `timestamp` gives milliseconds since 1970.
    #[serde(default = "iso")]
    output_format: String,
}

fn iso() -> String {
    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'".to_owned()
}

struct Ready {
    path: Path,
    input: Option<Pattern>,
    /// Nothing: milliseconds.
    output: Option<Pattern>,
}

impl Component for DateFormat {
    const TYPE: &'static str = "field.date.format";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        let mut rules = Vec::new();
        for (index, rule) in self.fields.into_iter().enumerate() {
            let pattern = |name: &str, text: &str| {
                Pattern::parse(text).map_err(|error| format!("`fields[{index}].{name}`: {error}"))
            };
            rules.push(Ready {
                path: rule.field,
                input: rule.input_format.map(|text| pattern("inputFormat", &text)).transpose()?,
                output: match rule.output_format.as_str() {
                    "timestamp" => None,
                    text => Some(pattern("outputFormat", text)?),
                },
            });
        }
        each_named(move |mut record| {
            for rule in &rules {
                let Some(value) = record.find(&rule.path).filter(|value| !value.is_null()) else { continue };
                let text = value.to_plain();
                if text.is_empty() {
                    continue;
                }
                let Some(time) = rule.read(&text) else {
                    let message = format!("{} holds no date of the format that is given", rule.path);
                    return Ok(Then::Fail(record, ErrorDetails::new(message)));
                };
                let new = match &rule.output {
                    Some(pattern) => Value::from(pattern.format(time)),
                    None => Value::from(time.as_millisecond()),
                };
                record.set(&rule.path, new);
            }
            Ok(Then::Pass(record))
        })
    }
}

impl Ready {
    fn read(&self, text: &str) -> Option<Timestamp> {
        if let Some(pattern) = &self.input {
            return pattern.read(text);
        }
        if let Ok(milliseconds) = text.parse::<i64>() {
            return Timestamp::from_millisecond(milliseconds).ok();
        }
        text.parse().ok().or_else(|| Pattern::parse("yyyy-MM-dd").ok()?.read(text))
    }
}

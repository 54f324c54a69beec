//! Expressions in parameters: `${now}`, `${jobId}`, `<$NAME$>`.
//!
//! They are resolved in every text among the parameters of a step, once, when the job is made; all of them see the same
//! time. `${` and anything else is left as it is.
//!
//! Source: developers.gigya.com, "Dataflow Object" and its differences; IdentitySync builder templates.

mod pattern;

pub use pattern::{Pattern, PatternError};

use std::collections::BTreeSet;

use jiff::tz::Offset;
use jiff::{Span, Timestamp};
use serde_json::Value as Json;

use crate::context::Context;

/// Resolves the expressions in all texts of a value.
///
/// # Errors
/// The first one that cannot be resolved, as a sentence.
pub fn resolve(json: &mut Json, context: &Context) -> Result<(), String> {
    match json {
        Json::String(text) => {
            if let Some(resolved) = resolve_text(text, context)? {
                *text = resolved;
            }
        }
        Json::Array(elements) => {
            for element in elements {
                resolve(element, context)?;
            }
        }
        Json::Object(members) => {
            for member in members.values_mut() {
                resolve(member, context)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// The text with its expressions resolved, or nothing if it has none.
///
/// # Errors
/// The first one that cannot be resolved, as a sentence.
pub fn resolve_text(text: &str, context: &Context) -> Result<Option<String>, String> {
    if !text.contains("${") && !text.contains("<$") {
        return Ok(None);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find(['$', '<']) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let (value, taken) = if rest.starts_with("${") {
            match rest.find('}') {
                Some(end) => (expression(&rest[2..end], context)?, end + 1),
                None => (None, 1),
            }
        } else if let Some(name) = rest.strip_prefix("<$") {
            match name.find("$>") {
                Some(length) => (Some(variable(&name[..length], context)?), length + 4),
                None => (None, 1),
            }
        } else {
            (None, 1)
        };
        match value {
            Some(value) => out.push_str(&value),
            None => out.push_str(&rest[..taken]),
        }
        rest = &rest[taken..];
    }
    out.push_str(rest);
    Ok(Some(out))
}

/// The names of the variables `<$NAME$>` in all texts of a value.
pub fn variables(json: &Json, names: &mut BTreeSet<String>) {
    match json {
        Json::String(text) => {
            let mut rest = text.as_str();
            while let Some((_, name)) = rest.split_once("<$") {
                let Some((name, after)) = name.split_once("$>") else { return };
                names.insert(name.to_owned());
                rest = after;
            }
        }
        Json::Array(elements) => elements.iter().for_each(|element| variables(element, names)),
        Json::Object(members) => members.values().for_each(|member| variables(member, names)),
        _ => {}
    }
}

fn variable(name: &str, context: &Context) -> Result<String, String> {
    context
        .variables
        .get(name)
        .cloned()
        .ok_or_else(|| format!("the site variable <${name}$> is not set; give it with --set {name}=VALUE"))
}

/// What stands between `${` and `}`; nothing if it is none of ours.
fn expression(text: &str, context: &Context) -> Result<Option<String>, String> {
    match text {
        "jobId" => return Ok(Some(context.job_id.clone())),
        "apiKey" => return Ok(Some(context.api_key.clone())),
        _ => {}
    }
    let Some(rest) = text.strip_prefix("now") else { return Ok(None) };
    let (shift, pattern) = match rest.split_once(':') {
        Some((shift, pattern)) => (shift, Some(pattern)),
        None => (rest, None),
    };
    if !shift.is_empty() && !shift.starts_with(['-', '+']) {
        return Ok(None);
    }
    if !shift.is_empty() && !context.full_extract {
        return Err(format!(
            "${{{text}}} is a time of its own, which goes only with a full extract (fullExtract, --full); a delta has its time from the last run"
        ));
    }
    let time = shifted(context.now, shift).ok_or_else(|| {
        format!(
            "${{{text}}}: after now stands a number and one of the units y M w d h m s, as in ${{now-1h}}"
        )
    })?;
    match pattern.or(if shift.is_empty() { Some(context.now_pattern.as_str()) } else { None }) {
        Some(pattern) => Pattern::parse(pattern)
            .map(|pattern| Some(pattern.format(time)))
            .map_err(|error| format!("${{{text}}}: {error}")),
        // Conditions compare it with the site's timestamps, which are milliseconds.
        None => Ok(Some(time.as_millisecond().to_string())),
    }
}

/// The time, earlier or later by as much as `-1h` or `+2d` says. Years and months are the calendar's.
fn shifted(time: Timestamp, shift: &str) -> Option<Timestamp> {
    if shift.is_empty() {
        return Some(time);
    }
    let unit = shift.chars().last()?;
    let count: i64 = shift[..shift.len() - unit.len_utf8()].parse().ok()?;
    let zero = Span::new();
    let span = match unit {
        'y' => zero.try_years(count),
        'M' => zero.try_months(count),
        'w' => zero.try_weeks(count),
        'd' => zero.try_days(count),
        'h' => zero.try_hours(count),
        'm' => zero.try_minutes(count),
        's' => zero.try_seconds(count),
        _ => return None,
    };
    Offset::UTC.to_timestamp(Offset::UTC.to_datetime(time).checked_add(span.ok()?).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context() -> Context {
        let mut context = Context::new("2024-03-05T06:07:08.009Z".parse().unwrap(), "job-1", "/nowhere");
        context.api_key = "3_key".to_owned();
        context.variables.insert("HOST".to_owned(), "sftp.example.test".to_owned());
        context
    }

    fn resolved(text: &str) -> String {
        resolve_text(text, &context()).unwrap().unwrap_or_else(|| text.to_owned())
    }

    #[test]
    fn each_expression_has_its_value() {
        assert_eq!(resolved("a_${now}.csv"), "a_20240305060708.csv");
        assert_eq!(resolved("a_${now:yyyy}.json"), "a_2024.json");
        assert_eq!(resolved("${now:YYMMdd_HHmm}"), "240305_0607");
        assert_eq!(resolved("${jobId}/${apiKey}"), "job-1/3_key");
        assert_eq!(resolved("<$HOST$>:22"), "sftp.example.test:22");
        assert_eq!(resolved("x > ${now-1h}"), format!("x > {}", 1_709_618_828_009_i64 - 3_600_000));
        assert_eq!(resolved("${now-1M:yyyy-MM-dd}"), "2024-02-05");
        assert_eq!(
            resolved("${now-1y:yyyy}-${now-2w:dd}-${now-3d:dd}-${now-4m:mm}-${now-5s:ss}"),
            "2023-20-02-03-03"
        );
    }

    #[test]
    fn anything_else_stays() {
        for text in ["${other}", "cost $5 < 6", "<$open", "${now", "^a$", "${nowhere}", "é${"] {
            assert_eq!(resolved(text), text);
        }
    }

    #[test]
    fn what_cannot_be_resolved_is_told() {
        let mut context = context();
        assert!(resolve_text("<$NONE$>", &context).unwrap_err().contains("--set NONE=VALUE"));
        assert!(resolve_text("${now-1x}", &context).unwrap_err().contains("units"));
        assert!(resolve_text("${now:q}", &context).unwrap_err().contains('q'));
        context.full_extract = false;
        assert!(resolve_text("${now-1h}", &context).unwrap_err().contains("--full"));
    }

    #[test]
    fn bare_now_is_written_as_the_context_says() {
        let mut context = context();
        context.now_pattern = "yyyy-MM-dd".to_owned();
        assert_eq!(resolve_text("${now}", &context).unwrap().unwrap(), "2024-03-05");
    }
}

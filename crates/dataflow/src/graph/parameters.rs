//! The parameters of a step against the schema of its component.

use schemars::Schema;
use serde_json::{Map, Value as Json};

use super::finding::Severity;
use super::{Purpose, suggest};
use crate::document::{escaped, open_slots};
use crate::{reference, secret};
use record::Path;

/// What is wrong with a parameter.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) code: &'static str,
    /// JSON pointer below `params`.
    pub(super) pointer: String,
    pub(super) message: String,
    pub(super) help: String,
}

impl Problem {
    /// Whether it is the name of the parameter that is wrong, rather than its value.
    pub(super) fn is_about_name(&self) -> bool {
        matches!(self.code, "misspelt_parameter" | "unknown_parameter")
    }

    pub(super) fn severity(&self, purpose: Purpose, has_store: bool) -> Severity {
        match self.code {
            "secret_missing" if purpose == Purpose::Run && !has_store => Severity::Error,
            "secret_missing" | "unknown_parameter" => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

/// Holds parameters against a schema and brings them into its types: builders and slots write numbers and truths as
/// texts.
pub(super) fn fit(schema: &Schema, params: &mut Json) -> Vec<Problem> {
    let mut problems = Vec::new();
    value(schema.as_value(), params, "", &mut problems);
    secrets(schema.as_value(), params, &mut problems);
    problems
}

fn value(schema: &Json, json: &mut Json, pointer: &str, problems: &mut Vec<Problem>) {
    if let Json::String(text) = json
        && open_slots(text).next().is_some()
    {
        return;
    }
    if let Some(choices) = schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array()) {
        return choice(choices, json, pointer, problems);
    }
    let types: Vec<&str> = match &schema["type"] {
        Json::String(one) => vec![one],
        Json::Array(several) => several.iter().filter_map(Json::as_str).collect(),
        _ => return,
    };
    coerce(&types, json);
    let found = name_of(json);
    let fits = types.iter().any(|wanted| *wanted == found || (*wanted == "number" && found == "integer"));
    if !fits {
        let wanted: Vec<&str> =
            types.iter().filter(|name| **name != "null").map(|name| words(name)).collect();
        let message = format!("{} must be {}, but is {}", spoken(pointer), wanted.join(" or "), words(found));
        return problem(problems, "parameter_type", pointer, message, "correct its type");
    }
    match json {
        Json::Object(members) => object(schema, members, pointer, problems),
        Json::Array(elements) => {
            for (index, element) in elements.iter_mut().enumerate() {
                value(&schema["items"], element, &format!("{pointer}/{index}"), problems);
            }
        }
        Json::String(text) => string(schema, text, pointer, problems),
        Json::Number(number) => {
            let below = schema["minimum"]
                .as_f64()
                .is_some_and(|least| number.as_f64().is_some_and(|own| own < least));
            if below {
                let message =
                    format!("{} must be at least {}, but is {number}", spoken(pointer), schema["minimum"]);
                problem(problems, "parameter_value", pointer, message, "correct the number");
            }
        }
        _ => {}
    }
}

fn object(schema: &Json, members: &mut Map<String, Json>, pointer: &str, problems: &mut Vec<Problem>) {
    let words = |name: &str| {
        schema["properties"][name]["oneOf"].is_array() || schema["properties"][name]["enum"].is_array()
    };
    // Builders write empty texts where nothing was chosen.
    members.retain(|name, member| !(member.is_null() || member == "" && words(name)));
    let Some(properties) = schema["properties"].as_object() else { return };
    for (name, member) in members.iter_mut() {
        let at = format!("{pointer}/{}", escaped(name));
        if let Some(property) = properties.get(name) {
            value(property, member, &at, problems);
            continue;
        }
        let message = format!("there is no parameter {}", spoken(&at));
        match suggest::nearest(name, properties.keys().map(String::as_str)) {
            Some(near) => {
                problem(problems, "misspelt_parameter", &at, message, &format!("did you mean `{near}`?"));
            }
            None => problem(problems, "unknown_parameter", &at, message, "it has no effect here"),
        }
    }
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str) {
        if !members.contains_key(name) {
            let message = format!("the parameter {} is missing", spoken(&format!("{pointer}/{name}")));
            let what = properties.get(name).and_then(|property| property["description"].as_str());
            problem(problems, "parameter_missing", pointer, message, what.map_or("add it", first_sentence));
        }
    }
}

/// A value that may be of several kinds. If all are constants it is one of a list of words.
fn choice(choices: &[Json], json: &mut Json, pointer: &str, problems: &mut Vec<Problem>) {
    let constants: Vec<&str> = choices.iter().filter_map(|choice| choice["const"].as_str()).collect();
    if constants.len() == choices.len() {
        return word(&constants, json, pointer, problems);
    }
    let mut first = None;
    for choice in choices {
        let mut tried = json.clone();
        let mut found = Vec::new();
        value(choice, &mut tried, pointer, &mut found);
        if found.is_empty() {
            *json = tried;
            return;
        }
        first.get_or_insert(found);
    }
    problems.extend(first.unwrap_or_default());
}

fn word(words: &[&str], json: &Json, pointer: &str, problems: &mut Vec<Problem>) {
    let found = json.as_str();
    if found.is_some_and(|found| words.contains(&found)) {
        return;
    }
    let near = found.and_then(|found| suggest::nearest(found, words.iter().copied()));
    let help = near.map_or_else(|| "take one of them".to_owned(), |near| format!("did you mean `{near}`?"));
    problem(
        problems,
        "parameter_value",
        pointer,
        format!("{} must be one of {}", spoken(pointer), words.join(", ")),
        &help,
    );
}

fn string(schema: &Json, text: &str, pointer: &str, problems: &mut Vec<Problem>) {
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().filter_map(Json::as_str).collect();
        return word(&words, &Json::from(text), pointer, problems);
    }
    if schema["format"] == "path"
        && let Err(error) = Path::parse(text)
    {
        problem(
            problems,
            "path",
            pointer,
            format!("{} is no path: {error}", spoken(pointer)),
            "correct the path",
        );
    }
}

/// Secrets that are masked, and secrets that are empty while no other secret of the step is given.
fn secrets(schema: &Json, params: &Json, problems: &mut Vec<Problem>) {
    let secret = |name: &str| reference::secret(&schema["properties"][name]);
    let given: Vec<(&str, &str)> = params
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| secret(name))
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect();
    let one_is_given = given.iter().any(|(_, text)| secret::is_given(text));
    for (name, text) in given {
        if secret::is_given(text) || (text.is_empty() && one_is_given) {
            continue;
        }
        let what =
            if text.is_empty() { "empty" } else { "masked, as Gigya shows it when a dataflow is read back" };
        let message = format!("the secret `{name}` is {what}");
        let help = "fill it in, or run with --store STEP=DIR if the step has a store";
        problem(problems, "secret_missing", &format!("/{name}"), message, help);
    }
}

/// Numbers and truths that are written as texts, and texts that are written as numbers.
fn coerce(types: &[&str], json: &mut Json) {
    let wants = |name: &str| types.contains(&name);
    let better = match &*json {
        Json::String(text) if !wants("string") => match text.trim() {
            "true" if wants("boolean") => Some(Json::Bool(true)),
            "false" if wants("boolean") => Some(Json::Bool(false)),
            "" if wants("null") => Some(Json::Null),
            text if wants("integer") => text.parse::<i64>().ok().map(Json::from),
            text if wants("number") => text.parse::<f64>().ok().map(Json::from),
            _ => None,
        },
        Json::Number(number) if wants("string") && !wants("number") => Some(Json::String(number.to_string())),
        Json::Bool(value) if wants("string") && !wants("boolean") => Some(Json::String(value.to_string())),
        _ => None,
    };
    if let Some(better) = better {
        *json = better;
    }
}

fn name_of(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number) if number.is_f64() => "number",
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

fn words(name: &str) -> &'static str {
    match name {
        "null" => "null",
        "boolean" => "true or false",
        "number" => "a number",
        "integer" => "a whole number",
        "string" => "a text",
        "array" => "an array",
        _ => "an object",
    }
}

/// A JSON pointer as a person says it: `fields[0].sourceField`.
fn spoken(pointer: &str) -> String {
    let mut out = String::new();
    for part in pointer.split('/').skip(1) {
        if part.parse::<usize>().is_ok() {
            out.push_str(&format!("[{part}]"));
        } else {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(&part.replace("~1", "/").replace("~0", "~"));
        }
    }
    if out.is_empty() { "params".to_owned() } else { format!("`{out}`") }
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first)
}

fn problem(problems: &mut Vec<Problem>, code: &'static str, pointer: &str, message: String, help: &str) {
    problems.push(Problem { code, pointer: pointer.to_owned(), message, help: help.to_owned() });
}

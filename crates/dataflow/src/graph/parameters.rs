//! The parameters of a step against the schema of its component.

use schemars::Schema;
use serde_json::{Map, Value as Json};

use super::finding::Severity;
use super::suggest;
use crate::document::{escaped, open_slots};
use crate::{reference, secret};
use record::Path;

/// What to do about a secret.
const FILL_IN: &str = "fill it in, or run with --store STEP=DIR if the step has a store";

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

    /// Whether it is about a secret that is not there.
    pub(super) fn is_about_secret(&self) -> bool {
        self.code == "secret_missing"
    }

    /// How grave it is, where it is so grave that something is missing.
    pub(super) fn severity(&self, lack: Severity) -> Severity {
        match self.code {
            "secret_missing" => lack,
            "unknown_parameter" => Severity::Warning,
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
    // A number in the place of a list of paths is no way to write one.
    if schema["x-typed"] != true {
        coerce(&types, json);
    }
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
            let above =
                schema["maximum"].as_f64().is_some_and(|most| number.as_f64().is_some_and(|own| own > most));
            if above {
                let message =
                    format!("{} must be at most {}, but is {number}", spoken(pointer), schema["maximum"]);
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
    // Any JSON may be null.
    let any = |name: &str| {
        let property = &schema["properties"][name];
        !property.is_null()
            && ["type", "oneOf", "anyOf", "enum", "$ref"].iter().all(|how| property[*how].is_null())
    };
    // Builders write empty texts where nothing was chosen.
    members.retain(|name, member| !(member.is_null() && !any(name) || member == "" && words(name)));
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

/// Secrets that are masked, secrets that are empty while no other secret of the step is given, and a store without any.
fn secrets(schema: &Json, params: &Json, problems: &mut Vec<Problem>) {
    let secret = |name: &str| reference::secret(&schema["properties"][name]);
    let given: Vec<(&str, &str)> = params
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(name, _)| secret(name))
        .filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
        .collect();
    let nullable = |property: &Json| {
        let all = property["anyOf"].as_array().into_iter().chain(property["type"].as_array()).flatten();
        all.into_iter().any(|one| one == "null" || one["type"] == "null")
    };
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    let needed: Vec<String> = properties
        .filter(|(name, property)| secret(name) && !nullable(property) && !required(name))
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if given.is_empty() && !needed.is_empty() {
        let message = format!("no secret is given: {}", needed.join(" or "));
        problem(problems, "secret_missing", "", message, FILL_IN);
    }
    let one_is_given = given.iter().any(|(_, text)| secret::is_given(text));
    for (name, text) in given {
        if secret::is_given(text) || (text.is_empty() && one_is_given) {
            continue;
        }
        let what =
            if text.is_empty() { "empty" } else { "masked, as Gigya shows it when a dataflow is read back" };
        let message = format!("the secret `{name}` is {what}");
        problem(problems, "secret_missing", &format!("/{name}"), message, FILL_IN);
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

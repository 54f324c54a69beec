//! A file becomes a dataflow.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::places::{Place, Places};
use super::{Dataflow, slots};

/// A dataflow and where its parts stand in the file.
#[derive(Clone, Debug)]
pub struct Read {
    /// The dataflow.
    pub dataflow: Dataflow,
    /// Places by JSON pointer.
    pub places: Places,
    /// The names of all slots that were in the text, filled or not, those in scripts too.
    pub slots: BTreeSet<String>,
}

/// Why a file is no dataflow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {}{message}", in_step(.step.as_deref()))]
pub struct Misshapen {
    /// Where.
    pub place: Place,
    /// The id of the step that it is in, where that can be read.
    pub step: Option<String>,
    /// What is wrong, and what is wanted.
    pub message: String,
}

impl Read {
    /// Reads a dataflow, and fills its slots `{{name}}` with the values given.
    ///
    /// # Errors
    /// All places where the text is not JSON or not of a dataflow's shape.
    pub fn new<'s>(
        text: &str,
        slots: impl IntoIterator<Item = (&'s str, &'s str)>,
    ) -> Result<Self, Vec<Misshapen>> {
        match Self::lenient(text, slots) {
            (Some(read), wrong) if wrong.is_empty() => Ok(read),
            (_, wrong) => Err(wrong),
        }
    }

    /// As [`Read::new`]; a `next` or `error` of the wrong type is told and taken out, so that all else can be looked at.
    /// Without a dataflow something is always told.
    pub fn lenient<'s>(
        text: &str,
        slots: impl IntoIterator<Item = (&'s str, &'s str)>,
    ) -> (Option<Self>, Vec<Misshapen>) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut json: Json = match serde_json::from_str(text) {
            Ok(json) => json,
            Err(error) => {
                let place = Place { line: error.line(), column: error.column().max(1) };
                let message = format!("not valid JSON: {error}");
                return (None, vec![Misshapen { place, step: None, message }]);
            }
        };
        let places = Places::of(text);
        let found = misshapen(&json);
        let mut wrong: Vec<_> = found
            .iter()
            .map(|(pointer, message)| Misshapen {
                place: places.get(pointer),
                step: step_of(&json, pointer),
                message: message.clone(),
            })
            .collect();
        if !found.iter().all(|(pointer, _)| take_edges(&mut json, pointer)) {
            return (None, wrong);
        }
        let names = slots::all(&json);
        slots::fill(&mut json, &slots.into_iter().collect());
        match serde_json::from_value(json) {
            Ok(dataflow) => (Some(Self { dataflow, places, slots: names }), wrong),
            Err(error) => {
                let message = format!("not a dataflow: {error}");
                wrong.push(Misshapen { place: places.get(""), step: None, message });
                (None, wrong)
            }
        }
    }
}

/// Takes the edges out that a pointer leads to; whether it leads to edges.
fn take_edges(json: &mut Json, pointer: &str) -> bool {
    let Some((step, name @ ("next" | "error"))) = pointer.rsplit_once('/') else { return false };
    let step = json.pointer_mut(step).and_then(Json::as_object_mut);
    step.is_some_and(|step| step.remove(name).is_some())
}

/// The id of the step that a pointer leads into.
fn step_of(json: &Json, pointer: &str) -> Option<String> {
    let index: usize = pointer.strip_prefix("/steps/")?.split('/').next()?.parse().ok()?;
    json["steps"][index]["id"].as_str().map(str::to_owned)
}

/// `step `a`: `, or nothing.
fn in_step(step: Option<&str>) -> String {
    step.map_or_else(String::new, |step| format!("step `{step}`: "))
}

/// The members whose JSON type is not the one of a dataflow, by pointer.
fn misshapen(json: &Json) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    if !json.is_object() {
        return vec![(String::new(), "a dataflow is a JSON object with name and steps".to_owned())];
    }
    wants(&mut wrong, json, "", "name", true, Json::is_string, "a text");
    for name in ["id", "description", "status"] {
        wants(&mut wrong, json, "", name, false, Json::is_string, "a text");
    }
    wants(&mut wrong, json, "", "steps", true, Json::is_array, "an array of steps");
    for (index, step) in json["steps"].as_array().into_iter().flatten().enumerate() {
        let at = format!("/steps/{index}");
        if !step.is_object() {
            wrong.push((at, "a step is an object with id, type, params, next and error".to_owned()));
            continue;
        }
        wants(&mut wrong, step, &at, "id", true, Json::is_string, "a text, unique in the flow");
        wants(
            &mut wrong,
            step,
            &at,
            "type",
            true,
            Json::is_string,
            "the type of a component, as in field.rename",
        );
        wants(&mut wrong, step, &at, "params", false, Json::is_object, "an object");
        for name in ["next", "error"] {
            wants(&mut wrong, step, &at, name, false, ids, "an array of the ids of steps");
        }
    }
    wrong
}

fn ids(json: &Json) -> bool {
    json.as_array().is_some_and(|ids| ids.iter().all(Json::is_string))
}

fn wants(
    wrong: &mut Vec<(String, String)>,
    json: &Json,
    at: &str,
    name: &str,
    required: bool,
    fits: fn(&Json) -> bool,
    wanted: &str,
) {
    match &json[name] {
        Json::Null if required => wrong.push((at.to_owned(), format!("`{name}` is missing; it is {wanted}"))),
        Json::Null => {}
        value if fits(value) => {}
        _ => wrong.push((format!("{at}/{name}"), format!("`{name}` must be {wanted}"))),
    }
}

//! A file becomes a dataflow.

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
}

/// Why a file is no dataflow.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Misshapen {
    /// Where.
    pub place: Place,
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
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut json: Json = serde_json::from_str(text).map_err(|error| {
            let place = Place { line: error.line(), column: error.column().max(1) };
            vec![Misshapen { place, message: format!("not valid JSON: {error}") }]
        })?;
        let places = Places::of(text);
        let wrong: Vec<_> = misshapen(&json)
            .into_iter()
            .map(|(pointer, message)| Misshapen { place: places.get(&pointer), message })
            .collect();
        if !wrong.is_empty() {
            return Err(wrong);
        }
        slots::fill(&mut json, &slots.into_iter().collect());
        let dataflow = serde_json::from_value(json).map_err(|error| {
            vec![Misshapen { place: places.get(""), message: format!("not a dataflow: {error}") }]
        })?;
        Ok(Self { dataflow, places })
    }
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

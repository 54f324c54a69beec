//! Changes to the text of a dataflow that leave everything else as it was: order, white space, members nobody knows.

mod insert;
mod splice;

use serde_json::Value as Json;

use super::escaped;
use splice::Text;

/// Why a text was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The text is not JSON.
    #[error("the dataflow is not valid JSON: {0}")]
    NoJson(String),
    /// There is no such step.
    #[error("the dataflow has no step `{0}`")]
    NoStep(String),
}

/// Sets a parameter of a step, or takes it away.
///
/// # Errors
/// [`EditError`]
pub fn set_parameter(text: &str, step: &str, name: &str, value: Option<&Json>) -> Result<String, EditError> {
    set(text, step, &["params", name], value)
}

/// Sets the steps that follow a step (`next`), or that get its failed records (`error`); none at all takes the member away.
///
/// # Errors
/// [`EditError`]
pub fn set_edges(text: &str, step: &str, edge: &str, ids: &[String]) -> Result<String, EditError> {
    let ids = Json::from(ids);
    set(text, step, &[edge], Some(&ids).filter(|ids| **ids != Json::Array(Vec::new())))
}

/// Sets a member of a step, by its way down from there; objects that are missing on it are made.
fn set(text: &str, step: &str, way: &[&str], value: Option<&Json>) -> Result<String, EditError> {
    let json: Json = serde_json::from_str(text).map_err(|error| EditError::NoJson(error.to_string()))?;
    let mut steps = json["steps"].as_array().into_iter().flatten();
    let index = steps.position(|one| one["id"] == step).ok_or_else(|| EditError::NoStep(step.to_owned()))?;
    let mut at = format!("/steps/{index}");
    let text = Text::new(text);
    for (depth, name) in way.iter().enumerate() {
        let below = format!("{at}/{}", escaped(name));
        let last = depth + 1 == way.len();
        // What is not an object has no members: it gives way to one.
        let exists = json.pointer(&below).is_some_and(|found| last || found.is_object());
        match value {
            None if !exists => return Ok(text.into_owned()),
            None if last => return Ok(text.without(&below)),
            Some(value) if last && exists => return Ok(text.with(&below, value)),
            Some(value) if !exists => {
                let nested = way[depth + 1..].iter().rev().fold(value.clone(), |value, name| {
                    Json::Object([((*name).to_owned(), value)].into_iter().collect())
                });
                let there = json.pointer(&below).is_some();
                return Ok(if there { text.with(&below, &nested) } else { text.adding(&at, name, &nested) });
            }
            _ => at = below,
        }
    }
    Ok(text.into_owned())
}

//! The reference of components, from the same structs that read their parameters.

mod shape;
mod words;

pub use shape::{Choice, Shape};
pub use words::words;

use serde::Serialize;
use serde_json::Value as Json;

use crate::component::Kind;
use crate::registry::{Definition, Registry};

/// A component as the reference shows it.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// What a step names it by.
    #[serde(rename = "type")]
    pub name: &'static str,
    /// What comes in.
    pub takes: Kind,
    /// What goes out.
    pub gives: Kind,
    /// What it does.
    pub doc: String,
    /// Its parameters.
    pub params: Vec<Parameter>,
}

/// A parameter as the reference shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// What it is, in words.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it takes, for a form.
    #[serde(skip)]
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it is a secret.
    pub secret: bool,
    /// What it is when it is not there; `null` if nothing.
    pub default: Json,
    /// What it means.
    pub doc: String,
    /// The members of its elements, if it is a list of objects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Parameter>,
}

/// The reference of a component.
#[must_use]
pub fn entry(definition: &Definition) -> Entry {
    let schema = definition.schema.as_value();
    Entry {
        name: definition.name,
        takes: definition.takes,
        gives: definition.gives,
        doc: text(&schema["description"]),
        params: members(schema),
    }
}

/// The reference of all components, by type.
#[must_use]
pub fn entries(registry: &Registry) -> Vec<Entry> {
    registry.iter().map(entry).collect()
}

fn members(schema: &Json) -> Vec<Parameter> {
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|own| own == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, property)| Parameter {
            name: name.clone(),
            kind: kind(property),
            shape: Shape::of(property),
            required: required(name),
            secret: secret(property),
            default: property["default"].clone(),
            doc: text(&property["description"]),
            members: members(&property["items"]),
        })
        .collect()
}

/// Whether a property, or what it may be, is a secret.
pub(crate) fn secret(property: &Json) -> bool {
    property["writeOnly"] == true || property["anyOf"].as_array().is_some_and(|all| all.iter().any(secret))
}

fn kind(property: &Json) -> String {
    for several in ["oneOf", "anyOf", "enum"] {
        if let Some(all) = property[several].as_array() {
            let words = all.iter().filter(|one| one["type"] != "null").map(|one| match one {
                Json::String(word) => word.clone(),
                one => one["const"].as_str().map_or_else(|| kind(one), str::to_owned),
            });
            return words.collect::<Vec<_>>().join(" | ");
        }
    }
    let name = match &property["type"] {
        Json::Array(all) => {
            all.iter().find(|name| *name != "null").and_then(Json::as_str).unwrap_or_default()
        }
        one => one.as_str().unwrap_or_default(),
    };
    match name {
        "string" if property["format"] == "path" => "path".to_owned(),
        "string" => "text".to_owned(),
        "array" => format!("list of {}", kind(&property["items"])),
        "" => "any".to_owned(),
        other => other.to_owned(),
    }
}

/// Lines of a doc comment as one text; paragraphs stay.
fn text(description: &Json) -> String {
    let paragraphs = description.as_str().unwrap_or_default().split("\n\n");
    paragraphs.map(|paragraph| paragraph.replace('\n', " ")).collect::<Vec<_>>().join("\n\n")
}

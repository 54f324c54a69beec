//! The reference of components, from the same structs that read their parameters.

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

/// The reference of all components, by type.
#[must_use]
pub fn entries(registry: &Registry) -> Vec<Entry> {
    registry.iter().map(entry).collect()
}

fn entry(definition: &Definition) -> Entry {
    let schema = definition.schema.as_value();
    Entry {
        name: definition.name,
        takes: definition.takes,
        gives: definition.gives,
        doc: text(&schema["description"]),
        params: members(schema),
    }
}

fn members(schema: &Json) -> Vec<Parameter> {
    let required =
        |name: &str| schema["required"].as_array().is_some_and(|names| names.iter().any(|own| own == name));
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, property)| Parameter {
            name: name.clone(),
            kind: kind(property),
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

/// The reference as a person reads it.
#[must_use]
pub fn words(entries: &[Entry]) -> String {
    let mut out = String::new();
    for entry in entries {
        out.push_str(&format!("{}    {} → {}\n", entry.name, entry.takes.words(), entry.gives.words()));
        for paragraph in entry.doc.split("\n\n") {
            wrap(&mut out, paragraph, 2);
        }
        list(&mut out, &entry.params, 4);
        out.push('\n');
    }
    out
}

fn list(out: &mut String, params: &[Parameter], indent: usize) {
    for param in params {
        let mut about = vec![param.kind.clone()];
        if param.required {
            about.push("required".to_owned());
        }
        if param.secret {
            about.push("secret".to_owned());
        }
        if !param.default.is_null() {
            about.push(format!("default {}", param.default));
        }
        out.push_str(&format!("{}{} ({})\n", " ".repeat(indent), param.name, about.join(", ")));
        wrap(out, &param.doc.replace("\n\n", " "), indent + 4);
        list(out, &param.members, indent + 4);
    }
}

/// Appends a text in lines of about 100 characters.
fn wrap(out: &mut String, text: &str, indent: usize) {
    let mut width = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width == 0 || width + 1 + length > 100 - indent {
            if width > 0 {
                out.push('\n');
            }
            out.push_str(&" ".repeat(indent));
            width = length;
        } else {
            out.push(' ');
            width += 1 + length;
        }
        out.push_str(word);
    }
    if width > 0 {
        out.push('\n');
    }
}

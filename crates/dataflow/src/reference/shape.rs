//! What a parameter takes, as a form needs to know it.

use serde_json::Value as Json;

use super::text;

/// What a parameter takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Shape {
    /// A text.
    Text,
    /// A dotted path into a record.
    Path,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
    /// One of these words.
    Words(Vec<Choice>),
    /// A list of texts.
    Texts,
    /// A list of objects: the parameter's `members`.
    Objects,
    /// JavaScript, in base64.
    Script,
    /// JSON of any kind.
    #[default]
    Json,
}

/// One word that a parameter may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The word.
    pub word: String,
    /// What it means; empty where nobody has said.
    pub doc: String,
}

impl Shape {
    /// The shape of a property of a schema.
    pub(super) fn of(property: &Json) -> Self {
        if let Some(words) = property["enum"].as_array() {
            let word = |word: &Json| Some(Choice { word: word.as_str()?.to_owned(), doc: String::new() });
            return Self::Words(words.iter().filter_map(word).collect());
        }
        if let Some(several) = property["oneOf"].as_array().or_else(|| property["anyOf"].as_array()) {
            let real: Vec<&Json> = several.iter().filter(|one| one["type"] != "null").collect();
            return match real.as_slice() {
                [one] if one["const"].is_null() => Self::of(one),
                all => Self::constants(all).map_or(Self::Json, Self::Words),
            };
        }
        let kind = match &property["type"] {
            Json::Array(all) => all.iter().find(|name| *name != "null").and_then(Json::as_str),
            one => one.as_str(),
        };
        match kind {
            Some("string") if property["contentMediaType"] == "text/javascript" => Self::Script,
            Some("string") if property["format"] == "path" => Self::Path,
            Some("string") => Self::Text,
            Some("integer") => Self::Integer,
            Some("boolean") => Self::Boolean,
            Some("array") => match Self::of(&property["items"]) {
                Self::Text | Self::Path => Self::Texts,
                Self::Json if property["items"]["properties"].is_object() => Self::Objects,
                _ => Self::Json,
            },
            _ => Self::Json,
        }
    }

    fn constants(all: &[&Json]) -> Option<Vec<Choice>> {
        let choice = |one: &&Json| {
            Some(Choice { word: one["const"].as_str()?.to_owned(), doc: text(&one["description"]) })
        };
        all.iter().map(choice).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components;
    use crate::reference::{Entry, Parameter, entries};

    fn shape(component: &str, parameter: &str) -> Shape {
        let all = entries(&components::all());
        let of = |entry: &Entry| entry.params.iter().find(|one| one.name == parameter).cloned();
        let found: Option<Parameter> = all.iter().find(|entry| entry.name == component).and_then(of);
        found.unwrap().shape
    }

    #[test]
    fn every_shape_is_told() {
        assert_eq!(shape("datasource.read.sftp", "host"), Shape::Text);
        assert_eq!(shape("datasource.read.sftp", "privateKey"), Shape::Text);
        assert_eq!(shape("datasource.read.sftp", "port"), Shape::Integer);
        assert_eq!(shape("file.format.dsv", "writeHeader"), Shape::Boolean);
        assert_eq!(shape("file.format.dsv", "escapeCharacter"), Shape::Text);
        assert_eq!(shape("field.array.extract", "field"), Shape::Path);
        assert_eq!(shape("field.array.extract", "propagationFields"), Shape::Texts);
        assert_eq!(shape("field.remove", "fields"), Shape::Texts);
        assert_eq!(shape("field.rename", "fields"), Shape::Objects);
        assert_eq!(shape("record.evaluate", "script"), Shape::Script);
        let Shape::Words(words) = shape("datasource.lookup.gigya.account", "matchBehavior") else {
            panic!("it is one of two words")
        };
        assert_eq!(words.iter().map(|choice| choice.word.as_str()).collect::<Vec<_>>(), ["process", "error"]);
        assert_eq!(words[0].doc, "It goes on.");
    }

    #[test]
    fn no_parameter_of_the_palette_is_left_to_raw_json() {
        for entry in entries(&components::all()) {
            for parameter in entry.params {
                assert_ne!(parameter.shape, Shape::Json, "{} {}", entry.name, parameter.name);
            }
        }
    }
}

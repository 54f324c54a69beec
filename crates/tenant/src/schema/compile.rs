//! From a JSON Schema document to a [`Schema`].

use super::format::Format;
use super::keyword::{Additional, Keyword, Members, Node, Schema, Types};
use super::pattern::Pattern;
use serde_json::{Map, Value};
use std::collections::HashMap;
use thiserror::Error;

/// Why a document was refused. Documents are part of the program: this is a mistake of its own.
#[derive(Debug, Error)]
pub enum SchemaError {
    /// It is not JSON.
    #[error("the schema document is not JSON")]
    Json(#[from] serde_json::Error),
    /// A pattern of it does not compile.
    #[error("the pattern {pattern} of the schema document is not supported")]
    Pattern {
        /// As it stands in the document.
        pattern: String,
        /// What the pattern's compiler says.
        source: regex::Error,
    },
    /// A keyword that is unknown, or whose value is of the wrong kind.
    #[error("the keyword {keyword} of the schema document is not supported as it is used")]
    Keyword {
        /// Its name.
        keyword: String,
    },
}

impl Schema {
    /// Compiles a document.
    ///
    /// # Errors
    /// When it is not JSON or uses what the validator does not know.
    pub fn compile(document: &str) -> Result<Self, SchemaError> {
        let document: Value = serde_json::from_str(document)?;
        let mut compiler = Compiler { nodes: Vec::new(), definitions: HashMap::new(), document: &document };
        let root = compiler.schema(&document)?;
        Ok(Self { nodes: compiler.nodes, root })
    }
}

struct Compiler<'d> {
    nodes: Vec<Node>,
    definitions: HashMap<String, usize>,
    document: &'d Value,
}

impl Compiler<'_> {
    fn schema(&mut self, schema: &Value) -> Result<usize, SchemaError> {
        let number = self.nodes.len();
        self.nodes.push(Node::default());
        self.fill(number, schema)?;
        Ok(number)
    }

    fn fill(&mut self, number: usize, schema: &Value) -> Result<(), SchemaError> {
        let object = schema.as_object().ok_or_else(|| unsupported("a schema that is no object"))?;
        let mut node = Node { empty: object.is_empty(), ..Node::default() };
        if let Some(reference) = object.get("$ref") {
            node.reference = Some(self.reference(reference)?);
        } else {
            node.members = self.members(object)?;
            for (keyword, value) in object {
                self.keyword(&mut node, object, keyword, value)?;
            }
        }
        self.nodes[number] = node;
        Ok(())
    }

    fn reference(&mut self, reference: &Value) -> Result<usize, SchemaError> {
        let name = reference
            .as_str()
            .and_then(|text| text.strip_prefix("#/definitions/"))
            .ok_or_else(|| unsupported("$ref"))?;
        if let Some(number) = self.definitions.get(name) {
            return Ok(*number);
        }
        let document = self.document;
        let definition =
            document.get("definitions").and_then(|all| all.get(name)).ok_or_else(|| unsupported("$ref"))?;
        let number = self.nodes.len();
        self.nodes.push(Node::default());
        // Known before it is filled: a definition may point to itself.
        self.definitions.insert(name.to_owned(), number);
        self.fill(number, definition)?;
        Ok(number)
    }

    fn members(&mut self, object: &Map<String, Value>) -> Result<Members, SchemaError> {
        let mut members = Members::default();
        if let Some(named) = object.get("properties") {
            for (name, schema) in named.as_object().ok_or_else(|| unsupported("properties"))? {
                let number = self.schema(schema)?;
                members.named.insert(name.clone(), number);
            }
        }
        if let Some(patterns) = object.get("patternProperties") {
            for (text, schema) in patterns.as_object().ok_or_else(|| unsupported("patternProperties"))? {
                let number = self.schema(schema)?;
                members.patterns.push((pattern(text)?, number));
            }
        }
        members.additional = match object.get("additionalProperties") {
            None | Some(Value::Bool(true)) => Additional::Any,
            Some(Value::Bool(false)) => Additional::None,
            Some(schema) => Additional::Schema(self.schema(schema)?),
        };
        Ok(members)
    }

    fn keyword(
        &mut self,
        node: &mut Node,
        object: &Map<String, Value>,
        keyword: &str,
        value: &Value,
    ) -> Result<(), SchemaError> {
        let wrong = || unsupported(keyword);
        let count = || value.as_u64().ok_or_else(wrong);
        let compiled = match keyword {
            "type" => {
                node.types = Some(Types { names: names(value).ok_or_else(wrong)? });
                return Ok(());
            }
            "description" => {
                node.description = Some(value.as_str().ok_or_else(wrong)?.to_owned());
                return Ok(());
            }
            "items" => {
                node.items = Some(self.schema(value)?);
                return Ok(());
            }
            "properties" | "patternProperties" | "additionalProperties" => {
                if !matches!(node.members.additional, Additional::None) || !judges_others(object, keyword) {
                    return Ok(());
                }
                Keyword::NoOthers
            }
            "title" | "default" | "$schema" | "id" | "definitions" => return Ok(()),
            "enum" => Keyword::Enum(value.as_array().ok_or_else(wrong)?.clone()),
            "minimum" => Keyword::Minimum(value.as_f64().ok_or_else(wrong)?, value.clone()),
            "maximum" => Keyword::Maximum(value.as_f64().ok_or_else(wrong)?, value.clone()),
            "minLength" => Keyword::MinLength(count()?),
            "maxLength" => Keyword::MaxLength(count()?),
            "minItems" => Keyword::MinItems(count()?),
            "maxItems" => Keyword::MaxItems(count()?),
            "minProperties" => Keyword::MinProperties(count()?),
            "maxProperties" => Keyword::MaxProperties(count()?),
            "pattern" => Keyword::Pattern(pattern(value.as_str().ok_or_else(wrong)?)?),
            "format" => Keyword::Format(value.as_str().and_then(Format::named).ok_or_else(wrong)?),
            "required" => Keyword::Required(names(value).ok_or_else(wrong)?),
            "allOf" => Keyword::AllOf(self.schemas(value)?),
            "anyOf" => Keyword::AnyOf(self.schemas(value)?),
            "not" => match any_required(value) {
                Some(names) => Keyword::AnyRequired(names),
                None => Keyword::Not(self.schema(value)?),
            },
            _ => return Err(wrong()),
        };
        node.keywords.push(compiled);
        Ok(())
    }

    fn schemas(&mut self, value: &Value) -> Result<Vec<usize>, SchemaError> {
        let schemas = value.as_array().ok_or_else(|| unsupported("a list of schemas"))?;
        schemas.iter().map(|schema| self.schema(schema)).collect()
    }
}

/// z-schema judges `additionalProperties: false` at `properties`, or where that is missing at `patternProperties`, or
/// where both are missing at the keyword itself.
fn judges_others(object: &Map<String, Value>, keyword: &str) -> bool {
    let first = ["properties", "patternProperties", "additionalProperties"]
        .into_iter()
        .find(|name| object.contains_key(*name));
    first == Some(keyword)
}

/// The names of `{"anyOf": [{"required": [NAME]}, …]}`.
fn any_required(schema: &Value) -> Option<Vec<String>> {
    let object = schema.as_object().filter(|object| object.len() == 1)?;
    let choices = object.get("anyOf")?.as_array()?;
    choices
        .iter()
        .map(|choice| {
            let choice = choice.as_object().filter(|object| object.len() == 1)?;
            match choice.get("required")?.as_array()?.as_slice() {
                [Value::String(name)] => Some(name.clone()),
                _ => None,
            }
        })
        .collect()
}

fn names(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(name) => Some(vec![name.clone()]),
        Value::Array(names) => names.iter().map(|name| name.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

fn pattern(text: &str) -> Result<Pattern, SchemaError> {
    Pattern::compile(text).map_err(|source| SchemaError::Pattern { pattern: text.to_owned(), source })
}

fn unsupported(keyword: &str) -> SchemaError {
    SchemaError::Keyword { keyword: keyword.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::Schema;

    #[test]
    fn refuses_what_it_does_not_know() {
        for document in [
            "{",
            "[]",
            r#"{"oneOf": []}"#,
            r#"{"format": "iban"}"#,
            r#"{"pattern": "(?=a)"}"#,
            r##"{"$ref": "#/nowhere"}"##,
        ] {
            assert!(Schema::compile(document).is_err(), "{document}");
        }
        assert!(Schema::compile(r#"{"type": "object", "default": {}}"#).is_ok());
    }
}

//! The run of a compiled schema over a value, in z-schema's order.

use super::fault::{Fault, Segment, template};
use super::js;
use super::keyword::{Additional, Keyword, Node, Schema};
use serde_json::{Map, Value};

/// How far a validation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// z-schema's default: no further than the keyword that failed first.
    FirstError,
    /// Everything that is wrong (`breakOnFirstError: false`).
    AllErrors,
}

impl Schema {
    /// What is wrong with the value, as z-schema says it by default: it stops at the first error. More than one is
    /// returned where one keyword finds several (`required`, `additionalProperties`), or where several members of an
    /// object are of a wrong type. Empty: the value is valid.
    #[must_use]
    pub fn validate(&self, value: &Value) -> Vec<Fault> {
        self.run(value, Depth::FirstError)
    }

    /// Everything that is wrong with the value (z-schema with `breakOnFirstError: false`).
    #[must_use]
    pub fn validate_all(&self, value: &Value) -> Vec<Fault> {
        self.run(value, Depth::AllErrors)
    }

    fn run(&self, value: &Value, depth: Depth) -> Vec<Fault> {
        let mut report = Report { faults: Some(Vec::new()), ..Report::counting(depth) };
        self.judge(&mut report, self.root, value);
        report.faults.unwrap_or_default()
    }

    fn judge<'v>(&'v self, report: &mut Report<'v>, number: usize, value: &'v Value) {
        let mut node = &self.nodes[number];
        if node.empty {
            return;
        }
        while let Some(target) = node.reference {
            node = &self.nodes[target];
        }
        if let Some(types) = &node.types {
            judge_type(report, node, &types.names, value);
            if report.must_stop() {
                return;
            }
        }
        for keyword in &node.keywords {
            self.judge_keyword(report, node, keyword, value);
            if report.must_stop() {
                break;
            }
        }
        if report.must_stop() {
            return;
        }
        match value {
            Value::Array(items) => {
                if let Some(schema) = node.items {
                    for (index, item) in items.iter().enumerate().rev() {
                        report.path.push(Step::Index(index));
                        self.judge(report, schema, item);
                        report.path.pop();
                    }
                }
            }
            Value::Object(object) if node.members.any() => self.judge_members(report, node, object),
            _ => {}
        }
    }

    fn judge_members<'v>(&'v self, report: &mut Report<'v>, node: &'v Node, object: &'v Map<String, Value>) {
        for key in js::keys(object).into_iter().rev() {
            let Some(member) = object.get(key) else { continue };
            let named = node.members.named.get(key).copied();
            report.path.push(Step::Key(key));
            let mut judged = named.is_some();
            // z-schema lists the schemas of a member as named first, then the patterns, and runs that list from its end.
            for (pattern, schema) in node.members.patterns.iter().rev() {
                if pattern.matches(key) {
                    judged = true;
                    self.judge(report, *schema, member);
                }
            }
            match (named, &node.members.additional) {
                (Some(schema), _) => self.judge(report, schema, member),
                (None, Additional::Schema(schema)) if !judged => self.judge(report, *schema, member),
                _ => {}
            }
            report.path.pop();
        }
    }

    fn judge_keyword<'v>(
        &'v self,
        report: &mut Report<'v>,
        node: &Node,
        keyword: &'v Keyword,
        value: &'v Value,
    ) {
        match keyword {
            Keyword::AllOf(schemas) => {
                for schema in schemas.iter().rev() {
                    self.judge(report, *schema, value);
                    if report.must_stop() {
                        break;
                    }
                }
            }
            Keyword::AnyOf(schemas) => {
                if !schemas.iter().rev().any(|schema| self.passes(*schema, value, report.depth)) {
                    report.add(node, "ANY_OF_MISSING", &[]);
                }
            }
            Keyword::Not(schema) => {
                if self.passes(*schema, value, report.depth) {
                    report.add(node, "NOT_PASSED", &[]);
                }
            }
            // `required` lets pass whatever is no object, so that such a value matches the `anyOf` under `not`.
            Keyword::AnyRequired(names) => {
                if value.as_object().is_none_or(|object| names.iter().any(|name| object.contains_key(name))) {
                    report.add(node, "NOT_PASSED", &[]);
                }
            }
            _ => judge_simple(report, node, keyword, value),
        }
    }

    fn passes(&self, schema: usize, value: &Value, depth: Depth) -> bool {
        let mut report = Report::counting(depth);
        self.judge(&mut report, schema, value);
        report.errors == 0
    }
}

fn judge_type(report: &mut Report<'_>, node: &Node, names: &[String], value: &Value) {
    let found = js::type_of(value);
    let fits = |name: &String| name == found || (found == "integer" && name == "number");
    if !names.iter().any(fits) {
        report.add(node, "INVALID_TYPE", &[&names.join(","), found]);
    }
}

/// The keywords that look at nothing but the value.
fn judge_simple(report: &mut Report<'_>, node: &Node, keyword: &Keyword, value: &Value) {
    match (keyword, value) {
        (Keyword::Enum(choices), value) if !choices.iter().any(|choice| js::equal(choice, value)) => {
            report.add(node, "ENUM_MISMATCH", &[&js::text_of(value)]);
        }
        (Keyword::Minimum(least, written), Value::Number(number))
            if number.as_f64().is_some_and(|float| float < *least) =>
        {
            report.add(node, "MINIMUM", &[&js::number_text(number), &js::text_of(written)]);
        }
        (Keyword::Maximum(most, written), Value::Number(number))
            if number.as_f64().is_some_and(|float| float > *most) =>
        {
            report.add(node, "MAXIMUM", &[&js::number_text(number), &js::text_of(written)]);
        }
        (Keyword::MinLength(least), Value::String(text)) if characters(text) < *least => {
            report.add(node, "MIN_LENGTH", &[&super::utf16_len(text).to_string(), &least.to_string()]);
        }
        (Keyword::MaxLength(most), Value::String(text))
            if text.len() as u64 > *most && characters(text) > *most =>
        {
            report.add(node, "MAX_LENGTH", &[&super::utf16_len(text).to_string(), &most.to_string()]);
        }
        (Keyword::Pattern(pattern), Value::String(text)) if !pattern.matches(text) => {
            report.add(node, "PATTERN", &[&pattern.text]);
        }
        (Keyword::Format(format), Value::String(text)) if !format.fits(text) => {
            report.add(node, "INVALID_FORMAT", &[format.name(), text]);
        }
        (Keyword::MinItems(least), Value::Array(items)) if (items.len() as u64) < *least => {
            report.add(node, "ARRAY_LENGTH_SHORT", &[&items.len().to_string(), &least.to_string()]);
        }
        (Keyword::MaxItems(most), Value::Array(items)) if items.len() as u64 > *most => {
            report.add(node, "ARRAY_LENGTH_LONG", &[&items.len().to_string(), &most.to_string()]);
        }
        (Keyword::MinProperties(least), Value::Object(object)) if (object.len() as u64) < *least => {
            report.add(node, "OBJECT_PROPERTIES_MINIMUM", &[&object.len().to_string(), &least.to_string()]);
        }
        (Keyword::MaxProperties(most), Value::Object(object)) if object.len() as u64 > *most => {
            report.add(node, "OBJECT_PROPERTIES_MAXIMUM", &[&object.len().to_string(), &most.to_string()]);
        }
        (Keyword::Required(names), Value::Object(object)) => {
            for name in names.iter().rev().filter(|name| !object.contains_key(*name)) {
                report.add(node, "OBJECT_MISSING_REQUIRED_PROPERTY", &[name]);
            }
        }
        (Keyword::NoOthers, Value::Object(object)) => judge_others(report, node, object),
        _ => {}
    }
}

/// `additionalProperties: false`
fn judge_others(report: &mut Report<'_>, node: &Node, object: &Map<String, Value>) {
    let allowed = |key: &String| {
        node.members.named.contains_key(key)
            || node.members.patterns.iter().any(|(pattern, _)| pattern.matches(key))
    };
    if object.keys().all(allowed) {
        return;
    }
    for key in js::keys(object).into_iter().filter(|key| !allowed(key)) {
        report.add(node, "OBJECT_ADDITIONAL_PROPERTIES", &[key]);
    }
}

/// z-schema counts code points, and tells UTF-16 units in its message.
fn characters(text: &str) -> u64 {
    text.chars().count() as u64
}

/// What a validation has found so far, and where it stands.
struct Report<'v> {
    depth: Depth,
    errors: usize,
    /// None where only the number counts (under `anyOf` and `not`).
    faults: Option<Vec<Fault>>,
    path: Vec<Step<'v>>,
}

/// A step of the path, borrowed from the value.
#[derive(Clone, Copy)]
enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

impl Report<'_> {
    fn counting(depth: Depth) -> Self {
        Self { depth, errors: 0, faults: None, path: Vec::new() }
    }

    fn must_stop(&self) -> bool {
        self.errors > 0 && (self.depth == Depth::FirstError || self.faults.is_none())
    }

    fn add(&mut self, node: &Node, code: &'static str, parameters: &[&str]) {
        self.errors += 1;
        let Some(faults) = &mut self.faults else { return };
        let mut message = template(code).to_owned();
        for (index, parameter) in parameters.iter().enumerate().rev() {
            message = js::fill(&message, index, parameter);
        }
        let path = self
            .path
            .iter()
            .map(|step| match step {
                Step::Key(key) => Segment::Key((*key).to_owned()),
                Step::Index(index) => Segment::Index(*index),
            })
            .collect();
        faults.push(Fault { code, message, path, description: node.description.clone() });
    }
}

#[cfg(test)]
mod tests {
    use super::Schema;
    use serde_json::json;

    #[test]
    fn the_first_error_ends_it() {
        let schema = Schema::compile(r#"{"type": "string", "maxLength": 2, "pattern": "^a"}"#).unwrap();
        let first: Vec<_> = schema.validate(&json!("bbb")).iter().map(|fault| fault.code).collect();
        assert_eq!(first, ["MAX_LENGTH"]);
        let all: Vec<_> = schema.validate_all(&json!("bbb")).iter().map(|fault| fault.code).collect();
        assert_eq!(all, ["MAX_LENGTH", "PATTERN"]);
    }

    #[test]
    fn a_definition_may_point_to_itself() {
        let schema = Schema::compile(
            r##"{"definitions": {"tree": {"patternProperties": {"^[^.$]*$": {"$ref": "#/definitions/tree"}},
                 "additionalProperties": false, "items": {"$ref": "#/definitions/tree"}}}, "$ref": "#/definitions/tree"}"##,
        )
        .unwrap();
        assert!(schema.validate(&json!({"a": [{"b": 1}]})).is_empty());
        let faults = schema.validate(&json!({"a": [{"b": {"c.d": 1}}]}));
        assert_eq!(faults[0].dotted_path(), "a[0].b");
        assert_eq!(faults[0].message, "Additional properties not allowed: c.d");
    }
}

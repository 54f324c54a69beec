//! The mapping document: TOML, read with the position of every key, so that a mistake is shown where it stands.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use crate::fit::misfit;
use crate::rule::{Field, Identifier, Rule, Target, Transform};

/// The built-in mapping document.
pub const DEFAULT: &str = include_str!("default.toml");

/// JSON Schema of a mapping document.
pub const SCHEMA: &str = include_str!("mapping.schema.json");

/// A mistake in a mapping document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("mapping, line {line}, column {column}: {message}")]
pub struct DocumentError {
    /// Counts from 1.
    pub line: usize,
    /// Counts from 1, in characters.
    pub column: usize,
    /// What is wrong, and what is allowed.
    pub message: String,
}

type Value<'i> = Spanned<DeValue<'i>>;

/// Reads a document into its rules, in the order of the document.
///
/// # Errors
/// The first mistake: TOML syntax, an unknown key, a wrong type, an unknown transform.
pub fn parse(text: &str) -> Result<Vec<Rule>, DocumentError> {
    let reader = Reader { text };
    let table = DeTable::parse(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        reader.error(start, error.message().to_owned())
    })?;
    let mut rules = Vec::new();
    let mut version = None;
    for (key, value) in in_order(table.get_ref()) {
        match key.get_ref().as_ref() {
            "version" => version = Some(reader.version(value)?),
            "user" => reader.user(value, &mut rules)?,
            "user_metadata" => reader.metadata(value, &mut Vec::new(), &Target::UserMetadata, &mut rules)?,
            "app_metadata" => reader.metadata(value, &mut Vec::new(), &Target::AppMetadata, &mut rules)?,
            other => {
                let message =
                    format!("unknown key `{other}`; known are version, user, user_metadata, app_metadata");
                return Err(reader.error(key.span().start, message));
            }
        }
    }
    version.ok_or_else(|| reader.error(0, "`version = 1` is missing".to_owned()))?;
    Ok(rules)
}

/// The members of a table in the order in which they stand in the text.
pub(crate) fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(&'t Spanned<DeString<'i>>, &'t Value<'i>)> {
    let mut members: Vec<_> = table.iter().collect();
    members.sort_by_key(|(key, _)| key.span().start);
    members
}

struct Reader<'i> {
    text: &'i str,
}

impl Reader<'_> {
    fn error(&self, at: usize, message: String) -> DocumentError {
        let (line, column) = self.place(at);
        DocumentError { line, column, message }
    }

    /// Line and column of a byte, both from 1.
    fn place(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }

    fn version(&self, value: &Value<'_>) -> Result<(), DocumentError> {
        match value.get_ref().as_integer().map(toml::de::DeInteger::as_str) {
            Some("1") => Ok(()),
            _ => Err(self.error(value.span().start, "version must be 1".to_owned())),
        }
    }

    fn table<'v, 'i>(&self, value: &'v Value<'i>) -> Result<&'v DeTable<'i>, DocumentError> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.error(value.span().start, "a table is needed here".to_owned()))
    }

    fn user(&self, value: &Value<'_>, rules: &mut Vec<Rule>) -> Result<(), DocumentError> {
        for (key, value) in in_order(self.table(value)?) {
            let name = key.get_ref().as_ref();
            let Some((_, field)) = Field::ALL.iter().find(|(known, _)| *known == name) else {
                let known = Field::ALL.map(|(name, _)| name).join(", ");
                return Err(
                    self.error(key.span().start, format!("unknown key `{name}` of user; known are {known}"))
                );
            };
            rules.push(self.rule(Target::Field(*field), field.default_transform(), value)?);
        }
        Ok(())
    }

    fn metadata(
        &self,
        value: &Value<'_>,
        path: &mut Vec<String>,
        target: &dyn Fn(Vec<String>) -> Target,
        rules: &mut Vec<Rule>,
    ) -> Result<(), DocumentError> {
        for (key, value) in in_order(self.table(value)?) {
            path.push(key.get_ref().to_string());
            let nested = value.get_ref().as_table().is_some_and(|table| {
                !table.keys().any(|key| matches!(key.get_ref().as_ref(), "from" | "constant"))
            });
            if nested {
                self.metadata(value, path, target, rules)?;
            } else {
                rules.push(self.rule(target(path.clone()), Transform::Raw, value)?);
            }
            path.pop();
        }
        Ok(())
    }

    fn rule(&self, target: Target, transform: Transform, value: &Value<'_>) -> Result<Rule, DocumentError> {
        let mut rule = Rule {
            target,
            from: Vec::new(),
            transform,
            pick: Vec::new(),
            prefer: None,
            constant: None,
            when: None,
            unless: None,
            line: self.place(value.span().start).0,
        };
        let Some(table) = value.get_ref().as_table() else {
            rule.from = self.paths(value)?;
            return self.fitting(rule, value);
        };
        for (key, value) in in_order(table) {
            match key.get_ref().as_ref() {
                "from" => rule.from = self.paths(value)?,
                "transform" => rule.transform = self.transform(value)?,
                "pick" => {
                    rule.pick = self.texts(value)?;
                    rule.transform = Transform::Pick;
                }
                "prefer" => rule.prefer = Some(self.path(value)?),
                "constant" => rule.constant = Some(self.constant(value)?),
                "when" => rule.when = Some(self.identifier(value)?),
                "unless" => rule.unless = Some(self.identifier(value)?),
                other => {
                    let message = format!(
                        "unknown key `{other}`; known are from, transform, pick, prefer, constant, when, unless"
                    );
                    return Err(self.error(key.span().start, message));
                }
            }
        }
        if rule.from.is_empty() == rule.constant.is_none() {
            return Err(self.error(value.span().start, "needs either `from` or `constant`".to_owned()));
        }
        if rule.transform == Transform::Pick && rule.from.len() != 1 {
            return Err(self.error(value.span().start, "`pick` needs exactly one path".to_owned()));
        }
        self.fitting(rule, value)
    }

    fn fitting(&self, rule: Rule, value: &Value<'_>) -> Result<Rule, DocumentError> {
        match misfit(&rule) {
            Some(message) => Err(self.error(value.span().start, message)),
            None => Ok(rule),
        }
    }

    fn text<'v>(&self, value: &'v Value<'_>) -> Result<&'v str, DocumentError> {
        value
            .get_ref()
            .as_str()
            .ok_or_else(|| self.error(value.span().start, "a string is needed here".to_owned()))
    }

    fn texts(&self, value: &Value<'_>) -> Result<Vec<String>, DocumentError> {
        match value.get_ref().as_array() {
            Some(array) => array.iter().map(|item| Ok(self.text(item)?.to_owned())).collect(),
            None => Ok(vec![self.text(value)?.to_owned()]),
        }
    }

    fn path(&self, value: &Value<'_>) -> Result<String, DocumentError> {
        let path = self.text(value)?;
        if path.is_empty() || path.split('.').any(str::is_empty) {
            return Err(
                self.error(value.span().start, format!("`{path}` is not a path such as profile.firstName"))
            );
        }
        Ok(path.to_owned())
    }

    fn paths(&self, value: &Value<'_>) -> Result<Vec<String>, DocumentError> {
        let paths = match value.get_ref().as_array() {
            Some(array) => array.iter().map(|item| self.path(item)).collect::<Result<Vec<_>, _>>()?,
            None => vec![self.path(value)?],
        };
        if paths.is_empty() {
            return Err(self.error(value.span().start, "at least one path is needed".to_owned()));
        }
        Ok(paths)
    }

    fn transform(&self, value: &Value<'_>) -> Result<Transform, DocumentError> {
        let name = self.text(value)?;
        Transform::NAMED.iter().find(|(known, _)| *known == name).map(|(_, transform)| *transform).ok_or_else(
            || {
                let known = Transform::NAMED.map(|(name, _)| name).join(", ");
                self.error(value.span().start, format!("unknown transform `{name}`; known are {known}"))
            },
        )
    }

    fn identifier(&self, value: &Value<'_>) -> Result<Identifier, DocumentError> {
        Identifier::parse(self.text(value)?).ok_or_else(|| {
            self.error(value.span().start, "email, username or phone is needed here".to_owned())
        })
    }

    fn constant(&self, value: &Value<'_>) -> Result<String, DocumentError> {
        let json = match value.get_ref() {
            DeValue::String(text) => {
                let mut out = Vec::new();
                user::write_json_string(text, &mut out);
                String::from_utf8_lossy(&out).into_owned()
            }
            DeValue::Integer(number) if number.radix() == 10 => number.as_str().replace('_', ""),
            DeValue::Boolean(flag) => flag.to_string(),
            _ => {
                return Err(self.error(
                    value.span().start,
                    "a constant is a string, an integer or a boolean".to_owned(),
                ));
            }
        };
        Ok(json)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_document_reads() {
        let rules = parse(DEFAULT).unwrap();
        assert!(rules.iter().any(|rule| rule.target == Target::Field(Field::Email)));
        assert!(
            rules
                .iter()
                .any(|rule| rule.target == Target::AppMetadata(vec!["gigya".into(), "identities".into()]))
        );
    }

    #[test]
    fn the_schema_knows_every_field_and_transform() {
        let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
        let fields: Vec<&str> = schema["properties"]["user"]["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(fields, Field::ALL.map(|(name, _)| name));
        let names: Vec<&str> = schema["$defs"]["rule"]["properties"]["transform"]["enum"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(serde_json::Value::as_str)
            .collect();
        assert_eq!(names, Transform::NAMED.map(|(name, _)| name));
    }

    #[test]
    fn a_mistake_is_shown_where_it_stands() {
        for (text, line, column, part) in [
            ("version = 1\nusr = 1\n", 2, 1, "unknown key `usr`"),
            ("version = 1\n[user]\nmail = \"x\"\n", 3, 1, "unknown key `mail` of user"),
            (
                "version = 1\n[user]\nemail = { from = \"a\", transfrom = \"x\" }\n",
                3,
                23,
                "unknown key `transfrom`",
            ),
            (
                "version = 1\n[user]\nemail = { from = \"a\", transform = \"x\" }\n",
                3,
                35,
                "unknown transform `x`",
            ),
            ("version = 1\n[user]\nemail = 5\n", 3, 9, "a string is needed"),
            ("version = 1\n[user]\nemail = \"a..b\"\n", 3, 9, "not a path"),
            ("version = 2\n", 1, 11, "version must be 1"),
            ("[user]\n", 1, 1, "`version = 1` is missing"),
            ("version = \n", 1, 11, ""),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
            assert!(error.message.contains(part), "{error}");
        }
    }
}

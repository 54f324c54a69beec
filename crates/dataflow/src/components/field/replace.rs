//! `field.replace`

use fancy_regex::{Captures, Regex};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::component::{Built, Component, Kind, Setup, Then, each_named};
use crate::flow::ErrorDetails;
use record::{Path, Value, View};

/// Replaces what a regular expression matches in texts, as Java's `replaceAll` does.
///
/// Texts below a member that is an object or array are changed too; numbers and truths are not. An expression that
/// matches the empty text inserts its replacement between all characters, as it does in Java.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct Replace {
    /// What is replaced where, in this order.
    fields: Vec<Rule>,
}

/// One replacement.
#[derive(Debug, Deserialize, JsonSchema)]
struct Rule {
    /// Dotted path of a member; `*` for all.
    field: String,
    /// A regular expression in Java's manner.
    regex: String,
    /// What comes in its place; `$1` is a group, `\$` a dollar.
    #[serde(default)]
    replacement: String,
}

/// A rule that is ready.
struct Ready {
    /// Nothing: all members.
    path: Option<Path>,
    regex: Regex,
    replacement: Vec<Piece>,
}

/// A part of a replacement.
enum Piece {
    Text(String),
    Group(usize),
    Named(String),
}

impl Component for Replace {
    const TYPE: &'static str = "field.replace";
    const TAKES: Kind = Kind::Records;
    const GIVES: Kind = Kind::Records;

    fn build(self, _: &Setup<'_>) -> Built {
        let mut rules = Vec::new();
        for (index, rule) in self.fields.into_iter().enumerate() {
            let path = match rule.field.as_str() {
                "*" => None,
                field => {
                    Some(Path::parse(field).map_err(|error| format!("`fields[{index}].field`: {error}"))?)
                }
            };
            let regex =
                Regex::new(&rule.regex).map_err(|error| format!("`fields[{index}].regex`: {error}"))?;
            let replacement = pieces(&rule.replacement, regex.captures_len())
                .map_err(|error| format!("`fields[{index}].replacement`: {error}"))?;
            rules.push(Ready { path, regex, replacement });
        }
        each_named(move |mut record| {
            for rule in &rules {
                let mut value = match &rule.path {
                    None => record.as_value().clone(),
                    Some(path) => match record.find(path) {
                        Some(value) => value,
                        None => continue,
                    },
                };
                match rule.change(&mut value) {
                    Ok(false) => {}
                    Ok(true) => match &rule.path {
                        None => {
                            if let Some(members) = value.as_object_mut() {
                                *record.members_mut() = std::mem::take(members);
                            }
                        }
                        Some(path) => record.set(path, value),
                    },
                    Err(message) => return Ok(Then::Fail(record, ErrorDetails::new(message))),
                }
            }
            Ok(Then::Pass(record))
        })
    }
}

impl Ready {
    /// Changes the texts in a value; whether there were any to change.
    fn change(&self, value: &mut Value) -> Result<bool, String> {
        match value.view() {
            View::Text(text) => match self.replaced(text)? {
                Some(new) => {
                    *value = Value::from(new);
                    Ok(true)
                }
                None => Ok(false),
            },
            View::Object(members) => {
                let mut changed = Vec::new();
                for (name, member) in members.iter() {
                    let mut member = member.clone();
                    if self.change(&mut member)? {
                        changed.push((name.clone(), member));
                    }
                }
                let any = !changed.is_empty();
                for (name, member) in changed {
                    if let Some(members) = value.as_object_mut() {
                        members.insert(name, member);
                    }
                }
                Ok(any)
            }
            View::Array(elements) => {
                let mut all = elements.to_vec();
                let mut any = false;
                for element in &mut all {
                    any |= self.change(element)?;
                }
                if any {
                    *value = Value::from(all);
                }
                Ok(any)
            }
            View::Null | View::Bool(_) | View::Number(_) => Ok(false),
        }
    }

    /// The text after the replacement, if the expression matches. As in Java an empty match may follow a full one.
    fn replaced(&self, text: &str) -> Result<Option<String>, String> {
        let mut out = String::new();
        let (mut copied, mut from, mut any) = (0, 0, false);
        while from <= text.len() {
            let captures = self.regex.captures_from_pos(text, from).map_err(|error| {
                format!("the regular expression {} gives up: {error}", self.regex.as_str())
            })?;
            let Some((captures, whole)) = captures.and_then(|all| all.get(0).map(|whole| (all, whole)))
            else {
                break;
            };
            any = true;
            out.push_str(&text[copied..whole.start()]);
            self.write(&captures, &mut out);
            copied = whole.end();
            from = if whole.end() > whole.start() {
                whole.end()
            } else {
                // On to the next character.
                whole.end() + text[whole.end()..].chars().next().map_or(1, char::len_utf8)
            };
        }
        out.push_str(&text[copied..]);
        Ok(any.then_some(out))
    }

    fn write(&self, captures: &Captures<'_, str>, out: &mut String) {
        for piece in &self.replacement {
            let group = match piece {
                Piece::Text(text) => {
                    out.push_str(text);
                    continue;
                }
                Piece::Group(number) => captures.get(*number),
                Piece::Named(name) => captures.name(name),
            };
            out.push_str(group.map_or("", |group| group.as_str()));
        }
    }
}

/// Java's replacement: `$1`, `${name}`, and a backslash before what stands for itself.
fn pieces(text: &str, groups: usize) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\\' => plain.push(chars.next().ok_or("a backslash at the end stands for nothing")?),
            '$' => {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
                if chars.next_if_eq(&'{').is_some() {
                    let name: String = chars.by_ref().take_while(|char| *char != '}').collect();
                    pieces.push(Piece::Named(name));
                    continue;
                }
                let first = chars.next().and_then(|char| char.to_digit(10));
                let mut number =
                    first.ok_or("a dollar is followed by the number of a group, or escaped as \\$")? as usize;
                // As many digits as name a group.
                while let Some(digit) = chars.peek().and_then(|char| char.to_digit(10)) {
                    let longer = number * 10 + digit as usize;
                    if longer >= groups {
                        break;
                    }
                    number = longer;
                    chars.next();
                }
                if number >= groups {
                    return Err(format!("there is no group {number} in the regular expression"));
                }
                pieces.push(Piece::Group(number));
            }
            char => plain.push(char),
        }
    }
    pieces.push(Piece::Text(plain));
    Ok(pieces)
}

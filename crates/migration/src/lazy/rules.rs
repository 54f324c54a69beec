//! The rules of a mapping as data for a script.

use mapping::Identifier;
use mapping::rule::{Field, Rule, Target, Transform};
use serde_json::{Map, Value, json};

/// The rules that hold for a connection that takes `identifiers`, without those whose target no script can hand over. The
/// address comes first, since others are judged against it.
pub(super) fn of(rules: &[Rule], identifiers: &[Identifier]) -> Value {
    let takes = |identifier| identifiers.contains(&identifier);
    let mut kept: Vec<&Rule> = rules
        .iter()
        .filter(|rule| rule.when.is_none_or(takes) && !rule.unless.is_some_and(takes))
        .filter(|rule| match &rule.target {
            Target::Field(Field::Password | Field::Blocked) => false,
            Target::Field(Field::Username) => takes(Identifier::Username),
            Target::Field(Field::PhoneNumber | Field::PhoneVerified) => takes(Identifier::Phone),
            _ => rule.transform != Transform::Password,
        })
        .collect();
    kept.sort_by_key(|rule| rule.target != Target::Field(Field::Email));
    kept.into_iter().map(rule).collect()
}

fn rule(rule: &Rule) -> Value {
    let mut json = Map::new();
    json.insert("to".to_owned(), json!(target(&rule.target)));
    if let Some(constant) = &rule.constant {
        // It is finished JSON.
        json.insert("constant".to_owned(), serde_json::from_str(constant).unwrap_or_default());
        return Value::Object(json);
    }
    json.insert("from".to_owned(), rule.from.iter().map(|path| source(path)).collect());
    json.insert("as".to_owned(), json!(name(rule.transform)));
    if !rule.pick.is_empty() {
        json.insert("pick".to_owned(), json!(rule.pick));
    }
    if let Some(path) = &rule.prefer {
        json.insert("prefer".to_owned(), source(path));
    }
    Value::Object(json)
}

fn target(target: &Target) -> Vec<String> {
    let below = |top: &str, path: &[String]| {
        let mut whole = vec![top.to_owned()];
        whole.extend_from_slice(path);
        whole
    };
    match target {
        Target::Field(field) => Field::ALL
            .iter()
            .filter(|(_, known)| known == field)
            .map(|(name, _)| (*name).to_owned())
            .collect(),
        Target::UserMetadata(path) => below("user_metadata", path),
        Target::AppMetadata(path) => below("app_metadata", path),
    }
}

/// A path; a number as its last step takes that element of an array.
fn source(path: &str) -> Value {
    let mut steps: Vec<&str> = path.split('.').collect();
    let element: Option<usize> = steps.last().and_then(|last| last.parse().ok()).filter(|_| steps.len() > 1);
    match element {
        Some(at) => {
            steps.pop();
            json!({"path": steps, "at": at})
        }
        None => json!({"path": steps}),
    }
}

fn name(transform: Transform) -> &'static str {
    if transform == Transform::Pick {
        return "pick";
    }
    Transform::NAMED.iter().find(|(_, known)| *known == transform).map_or("raw", |(name, _)| name)
}

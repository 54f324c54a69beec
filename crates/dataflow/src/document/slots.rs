//! `{{name}}`: the slots of a template, which SAP's toolkit fills before it creates a dataflow.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

use super::Dataflow;

/// Fills slots in all texts, names of members excepted. Scripts are filled inside their base64, as the toolkit does.
pub(super) fn fill(json: &mut Json, values: &BTreeMap<&str, &str>) {
    if values.is_empty() {
        return;
    }
    match json {
        Json::String(text) => {
            if let Some(filled) = filled(text, values) {
                *text = filled;
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(|element| fill(element, values)),
        Json::Object(members) => {
            for (name, member) in members {
                match member {
                    Json::String(script) if name == "script" => fill_script(script, values),
                    member => fill(member, values),
                }
            }
        }
        _ => {}
    }
}

fn fill_script(script: &mut String, values: &BTreeMap<&str, &str>) {
    let decoded = STANDARD.decode(script.as_bytes()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded.and_then(|text| filled(&text, values)) {
        Some(text) => *script = STANDARD.encode(text),
        None => {
            if let Some(text) = filled(script, values) {
                *script = text;
            }
        }
    }
}

/// The text with its slots filled, if any of them was.
fn filled(text: &str, values: &BTreeMap<&str, &str>) -> Option<String> {
    let mut out = String::new();
    let mut from = 0;
    for (start, end, name) in slots(text) {
        if let Some(value) = values.get(name) {
            out.push_str(&text[from..start]);
            out.push_str(value);
            from = end;
        }
    }
    (from > 0).then(|| out + &text[from..])
}

/// The slots of a text: where each begins and ends, and its name.
fn slots(text: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    text.match_indices("{{").filter_map(|(start, _)| {
        let rest = &text[start + 2..];
        let length = rest.find("}}")?;
        let name = rest[..length].trim();
        let plain = |char: char| char.is_alphanumeric() || "_.- ".contains(char);
        (!name.is_empty() && name.chars().all(plain)).then_some((start, start + 2 + length + 2, name))
    })
}

/// The names of the slots of a text.
pub fn open_slots(text: &str) -> impl Iterator<Item = &str> {
    slots(text).map(|(_, _, name)| name)
}

/// The names of all slots of a document, those in scripts too, inside their base64 as they are filled.
pub(super) fn all(json: &Json) -> BTreeSet<String> {
    fn script(text: &str) -> Option<String> {
        String::from_utf8(STANDARD.decode(text.as_bytes()).ok()?).ok()
    }
    fn gather(json: &Json, names: &mut BTreeSet<String>) {
        match json {
            Json::String(text) => names.extend(open_slots(text).map(str::to_owned)),
            Json::Array(elements) => elements.iter().for_each(|element| gather(element, names)),
            Json::Object(members) => {
                for (name, member) in members {
                    gather(member, names);
                    if let Some(text) = member.as_str().filter(|_| name == "script").and_then(script) {
                        names.extend(open_slots(&text).map(str::to_owned));
                    }
                }
            }
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    gather(json, &mut names);
    names
}

/// The names of all slots of a dataflow that are still open, but those in scripts.
#[must_use]
pub fn slot_names(dataflow: &Dataflow) -> BTreeSet<String> {
    fn gather(json: &Json, names: &mut BTreeSet<String>) {
        match json {
            Json::String(text) => names.extend(open_slots(text).map(str::to_owned)),
            Json::Array(elements) => elements.iter().for_each(|element| gather(element, names)),
            Json::Object(members) => members.values().for_each(|member| gather(member, names)),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    gather(&serde_json::to_value(dataflow).unwrap_or_default(), &mut names);
    names
}

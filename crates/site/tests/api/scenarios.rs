//! The project's own scenarios: data files of calls, and of what must come back. Each file has a site of its own, whose
//! clock stands still.
//!
//! A step is a `call` with `params`, signed in one `way` (`signature`, which is the default, `secret`, `bearer`,
//! `nothing`), or `advance`, which moves the clock by milliseconds. `answer` is all that must come back beside the
//! envelope, which is judged for every answer; `http` is the HTTP status, 200 by default; `host` is the name that the
//! client used; `times` sends the call several times. In an answer `<string>`, `<number>`, `<any>`, `<time>` and `<hex32>`
//! stand for any such value, and a member `"<more>": true` lets an object have members that are not named. `save` keeps
//! members of an answer by JSON pointer; `{{name}}` puts them in again.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::world::{START_MS, Way, World};
use loopback::ManualClock;
use serde_json::{Map, Value};
use site::Options;

/// The members of the envelope that every answer has.
const ENVELOPE: [&str; 5] = ["callId", "apiVersion", "statusCode", "statusReason", "time"];

#[tokio::test]
async fn all_scenarios_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut steps = 0;
    let mut failures = Vec::new();
    for file in &files {
        let scenario: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        steps += run(&name, &scenario, &mut failures).await;
    }
    println!("{steps} steps in {} scenarios", files.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn run(name: &str, scenario: &Value, failures: &mut Vec<String>) -> usize {
    let data = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(START_MS));
    let tls = scenario["tls"] == true;
    let world = World::of(Options { tls, clock: clock.clone(), ..Options::new(data.path()) }, clock).await;
    let mut saved = BTreeMap::from([
        ("api_key".to_owned(), world.site.api_key.clone()),
        ("user_key".to_owned(), world.site.user_key.clone()),
    ]);
    let steps = scenario["steps"].as_array().unwrap();
    for (number, step) in steps.iter().enumerate() {
        if let Some(ms) = step["advance"].as_i64() {
            world.clock.advance(ms);
            continue;
        }
        let step = filled(step, &saved);
        let endpoint = step["call"].as_str().expect("a call");
        let place = format!("{name} step {} ({endpoint})", number + 1);
        let params: Map<String, Value> = step["params"].as_object().cloned().unwrap_or_default();
        let way = match step["way"].as_str().unwrap_or("signature") {
            "signature" => Way::Signature,
            "secret" => Way::Secret,
            "bearer" => Way::Bearer,
            "nothing" => Way::Nothing,
            other => panic!("{place}: {other} is no way to sign"),
        };
        let mut last = (0, Value::Null);
        for _ in 0..step["times"].as_u64().unwrap_or(1) {
            last = world.call(endpoint, params.clone(), way, step["host"].as_str()).await;
        }
        let (status, mut answer) = last;
        let expected_status = step["http"].as_u64().unwrap_or(200);
        if u64::from(status) != expected_status {
            failures.push(format!("{place}: HTTP {status} instead of {expected_status}"));
        }
        for (variable, pointer) in step["save"].as_object().into_iter().flatten() {
            let value = answer.pointer(pointer.as_str().unwrap()).and_then(Value::as_str);
            saved.insert(variable.clone(), value.unwrap_or_default().to_owned());
        }
        envelope(&mut answer, &place, failures);
        differences(&step["answer"], &answer, &place, failures);
    }
    world.site.stop().await;
    steps.len()
}

/// Judges the envelope and takes it off.
fn envelope(answer: &mut Value, place: &str, failures: &mut Vec<String>) {
    let code = answer["errorCode"].as_u64().unwrap_or(0);
    let status = if code == 0 { 200 } else { code / 1000 };
    let good = stands_for("<hex32>", &answer["callId"])
        && stands_for("<time>", &answer["time"])
        && answer["apiVersion"] == 2
        && answer["statusCode"] == status
        && answer["statusReason"].is_string()
        && (code == 0) == answer["errorMessage"].is_null();
    if !good {
        failures.push(format!("{place}: the envelope is not right: {answer}"));
    }
    for name in ENVELOPE {
        answer.as_object_mut().unwrap().remove(name);
    }
}

fn filled(value: &Value, saved: &BTreeMap<String, String>) -> Value {
    let mut text = value.to_string();
    for (name, value) in saved {
        let quoted = Value::from(value.as_str()).to_string();
        text = text.replace(&format!("{{{{{name}}}}}"), &quoted[1..quoted.len() - 1]);
    }
    serde_json::from_str(&text).unwrap()
}

fn differences(expected: &Value, actual: &Value, place: &str, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            for (name, expected) in expected.iter().filter(|(name, _)| *name != "<more>") {
                let place = format!("{place} .{name}");
                match actual.get(name) {
                    Some(actual) => differences(expected, actual, &place, found),
                    None => found.push(format!("{place} is missing")),
                }
            }
            if !expected.contains_key("<more>") {
                for (name, value) in actual.iter().filter(|(name, _)| !expected.contains_key(*name)) {
                    found.push(format!("{place} has one more member: {name}: {value}"));
                }
            }
        }
        (Value::Array(expected), Value::Array(actual)) => {
            if expected.len() != actual.len() {
                found.push(format!("{place}: {} entries instead of {}", actual.len(), expected.len()));
            }
            for (number, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                differences(expected, actual, &format!("{place} [{number}]"), found);
            }
        }
        (Value::String(token), actual) if token.starts_with('<') && token.ends_with('>') => {
            if !stands_for(token, actual) {
                found.push(format!("{place}: {actual} is no {token}"));
            }
        }
        (expected, actual) if expected == actual => {}
        (expected, actual) => found.push(format!("{place}: {actual} instead of {expected}")),
    }
}

fn stands_for(token: &str, actual: &Value) -> bool {
    let text = actual.as_str();
    match token {
        "<any>" => true,
        "<string>" => text.is_some_and(|text| !text.is_empty()),
        "<number>" => actual.is_number(),
        "<hex32>" => {
            text.is_some_and(|text| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
        }
        "<time>" => text
            .is_some_and(|text| text.len() == 24 && text.ends_with('Z') && site::time::parse(text).is_some()),
        _ => panic!("{token} is not known"),
    }
}

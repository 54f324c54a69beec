//! The project's own scenarios: data files of requests, and of the status, the shape and the literal texts that must
//! come back. Each file has a tenant of its own.
//!
//! In a shape `<string>`, `<number>`, `<boolean>`, `<any>`, `<con_id>`, `<client_id>`, `<cgr_id>`, `<time>`, `<sealed>`, `<hex24>`
//! and `<jwt>` stand for any such value; a member `"<more>": true` lets an object have members that are not named;
//! everything else must be equal. `{{name}}` is a value that an earlier step saved, or one of `url`, `host`, `client_id`,
//! `client_secret`. A `multipart` body has texts and files of JSON; `times` sends a request several times, `while` again
//! and again as long as a member of the answer has a value.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a failed step of a test ends it"
)]

mod world;

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;
use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use serde_json::Value;
use world::{Answer, World, send};

#[tokio::test]
async fn all_scenarios_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    let mut steps = 0;
    let mut failures = Vec::new();
    for file in &files {
        let steps_before = failures.len();
        let scenario: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap())
            .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        steps += run(&name, scenario["steps"].as_array().unwrap(), &mut failures).await;
        println!("{name}: {} failed", failures.len() - steps_before);
    }
    println!("{steps} steps in {} scenarios", files.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

async fn run(name: &str, steps: &[Value], failures: &mut Vec<String>) -> usize {
    let world = World::start().await;
    let mut saved = BTreeMap::from([
        ("url".to_owned(), world.tenant.url.clone()),
        ("host".to_owned(), world.tenant.url.trim_start_matches("http://").to_owned()),
        ("client_id".to_owned(), world.tenant.client_id.clone()),
        ("client_secret".to_owned(), world.tenant.client_secret.clone()),
    ]);
    for (number, step) in steps.iter().enumerate() {
        let request = filled(&step["request"], &saved);
        let method = request["method"].as_str().unwrap_or("GET");
        let path = request["path"].as_str().unwrap();
        let mut builder = world.request(method, path);
        match &request["bearer"] {
            Value::Null => builder = builder.bearer_auth(&world.token),
            Value::String(token) => builder = builder.bearer_auth(token),
            _ => {}
        }
        for (header, value) in request["headers"].as_object().into_iter().flatten() {
            builder = builder.header(header, value.as_str().unwrap());
        }
        if !request["json"].is_null() {
            builder = builder.json(&request["json"]);
        }
        if !request["form"].is_null() {
            builder = builder.form(&request["form"]);
        }
        if let Some(text) = request["text"].as_str() {
            builder = builder.header("content-type", "application/json").body(text.to_owned());
        }
        let answer = match &request["multipart"] {
            Value::Object(parts) => send(builder.multipart(form(parts))).await,
            _ => repeated(step, &builder).await,
        };
        let place = format!("{name} step {} ({method} {path})", number + 1);
        if step["status"] != answer.status {
            failures.push(format!(
                "{place}: status {} instead of {}: {}",
                answer.status, step["status"], answer.body
            ));
        }
        if let Some(expected) = step.get("body") {
            differences(&filled(expected, &saved), &answer.body, &place, failures);
        }
        for (header, expected) in step["headers"].as_object().into_iter().flatten() {
            let actual = answer.headers.get(header).map_or("", |value| value.to_str().unwrap());
            differences(
                &filled(expected, &saved),
                &Value::from(actual),
                &format!("{place} {header}"),
                failures,
            );
        }
        for (variable, pointer) in step["save"].as_object().into_iter().flatten() {
            let value =
                answer.body.pointer(pointer.as_str().unwrap()).and_then(Value::as_str).unwrap_or_default();
            saved.insert(variable.clone(), value.to_owned());
        }
    }
    world.tenant.stop().await;
    steps.len()
}

/// Sends a request `times` over, and again while a member of the answer has the value that `while` gives it.
async fn repeated(step: &Value, builder: &RequestBuilder) -> Answer {
    let mut answer = send(builder.try_clone().unwrap()).await;
    for _ in 1..step["times"].as_u64().unwrap_or(1) {
        answer = send(builder.try_clone().unwrap()).await;
    }
    for (pointer, passing) in step["while"].as_object().into_iter().flatten() {
        while answer.body.pointer(pointer) == Some(passing) {
            tokio::task::yield_now().await;
            answer = send(builder.try_clone().unwrap()).await;
        }
    }
    answer
}

/// A multipart body: texts as they are, anything else as a file of JSON.
fn form(parts: &serde_json::Map<String, Value>) -> Form {
    parts.iter().fold(Form::new(), |form, (name, value)| match value {
        Value::String(text) => form.text(name.clone(), text.clone()),
        file => form.part(name.clone(), Part::text(file.to_string()).file_name("users.json")),
    })
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
                let more: Vec<_> = actual.keys().filter(|name| !expected.contains_key(*name)).collect();
                if !more.is_empty() {
                    found.push(format!("{place} has more members: {more:?}"));
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
    let matches =
        |pattern: &str| actual.as_str().is_some_and(|text| Regex::new(pattern).unwrap().is_match(text));
    match token {
        "<any>" => true,
        "<string>" => actual.is_string(),
        "<number>" => actual.is_number(),
        "<boolean>" => actual.is_boolean(),
        "<sealed>" => matches(r"^2\.0\$[A-Za-z0-9+/=]{20,}$"),
        "<digits>" => matches("^[0-9]+$"),
        "<con_id>" => matches("^con_[A-Za-z0-9]{16}$"),
        "<cgr_id>" => matches("^cgr_[A-Za-z0-9]{16}$"),
        "<client_id>" => matches("^[A-Za-z0-9]{32}$"),
        "<time>" => matches(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"),
        "<hex24>" => matches("^[0-9a-f]{24}$"),
        "<jwt>" => matches(r"^[\w-]+\.[\w-]+\.[\w-]+$"),
        _ => panic!("{token} is not known"),
    }
}

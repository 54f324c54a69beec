//! The validator against npm z-schema 3: `schema-cases.json`, written by `schema-cases.mjs`.
//! Codes, messages, paths and order, both with the library's default (stop at the first error) and without.

use serde_json::Value;
use tenant::schema::{Fault, Schema, Segment};

const CASES: &str = include_str!("schema-cases.json");
const USER: &str = include_str!("../src/schema/user-import.schema.json");

fn found(faults: Vec<Fault>) -> Value {
    let step = |segment: Segment| match segment {
        Segment::Key(key) => key,
        Segment::Index(index) => index.to_string(),
    };
    faults
        .into_iter()
        .map(|fault| {
            let path: Vec<String> = fault.path.into_iter().map(step).collect();
            serde_json::json!([fault.code, fault.message, path])
        })
        .collect()
}

#[test]
fn the_validator_says_what_z_schema_says() {
    let document: Value = serde_json::from_str(CASES).unwrap();
    let mut wrong = Vec::new();
    let cases = document["cases"].as_array().unwrap();
    for case in cases {
        let name = case["schema"].as_str().unwrap();
        let schema = match name {
            "user" => Schema::compile(USER),
            other => Schema::compile(&document["schemas"][other].to_string()),
        }
        .unwrap();
        for (mode, faults) in
            [("first", schema.validate(&case["value"])), ("all", schema.validate_all(&case["value"]))]
        {
            let found = found(faults);
            if found != case[mode] {
                wrong.push(format!(
                    "{name} {mode} {}\n  z-schema {}\n  here     {found}",
                    case["value"], case[mode]
                ));
            }
        }
    }
    assert!(cases.len() > 400, "only {} cases", cases.len());
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

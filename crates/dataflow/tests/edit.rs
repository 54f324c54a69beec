//! Editing the text of a dataflow: what is set is there, and everything else is as it was.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dataflow::document::edit::{EditError, set_edges, set_parameter};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

const SPREAD: &str = r#"{
    "name": "t",
    "unknown": [1,2,   3],
    "steps": [
        {"id": "a", "type": "x", "params": {"one": 1,"two":  "2"}, "next": ["b"]},
        {
            "id": "b", "type": "y",
            "params": {
                "deep": {"k": 1.50},
                "last": true
            }
        },
        {
            "id": "c",
            "type": "z"
        }
    ]
}
"#;

fn set(step: &str, name: &str, value: Json) -> String {
    set_parameter(SPREAD, step, name, Some(&value)).unwrap()
}

/// What was there, and what is there instead.
fn change(from: &str, to: &str) -> String {
    assert_eq!(SPREAD.matches(from).count(), 1, "{from}");
    SPREAD.replace(from, to)
}

#[test]
fn a_value_gives_way_to_another() {
    assert_eq!(set("a", "one", json!([])), change(r#""one": 1,"#, r#""one": [],"#));
    assert_eq!(set("b", "last", json!(false)), change("\"last\": true", "\"last\": false"));
    let nested = "\"last\": {\n                    \"x\": 1\n                }";
    assert_eq!(set("b", "last", json!({"x": 1})), change("\"last\": true", nested));
}

#[test]
fn a_member_is_added_in_the_manner_of_those_beside_it() {
    assert_eq!(set("a", "three", json!(3)), change(r#""two":  "2"}"#, r#""two":  "2", "three": 3}"#));
    assert_eq!(
        set("b", "new", json!("é")),
        change("\"last\": true\n", "\"last\": true,\n                \"new\": \"é\"\n")
    );
    let params = "\"type\": \"z\",\n            \"params\": {\n                \"new\": 1\n            }\n";
    assert_eq!(set("c", "new", json!(1)), change("\"type\": \"z\"\n", params));
    let flat = r#"{"name":"t","steps":[{"id":"a","type":"x","params":{}},{"id":"b","params":null}]}"#;
    assert_eq!(
        set_parameter(flat, "a", "k", Some(&json!([1]))).unwrap(),
        flat.replace(r#""params":{}"#, r#""params":{"k": [1]}"#)
    );
    assert_eq!(
        set_parameter(flat, "b", "k", Some(&json!(1))).unwrap(),
        flat.replace(r#""params":null"#, r#""params":{"k":1}"#)
    );
}

#[test]
fn a_member_goes_with_its_comma() {
    let without = |step: &str, name: &str| set_parameter(SPREAD, step, name, None).unwrap();
    assert_eq!(without("a", "one"), change(r#""one": 1,"two""#, r#""two""#));
    assert_eq!(without("a", "two"), change(r#","two":  "2""#, ""));
    assert_eq!(without("b", "last"), change(",\n                \"last\": true", ""));
    assert_eq!(without("c", "nothing"), SPREAD);
    let alone = r#"{"steps": [{"id": "a", "params": { "k": 1 }}]}"#;
    assert_eq!(set_parameter(alone, "a", "k", None).unwrap(), alone.replace("{ \"k\": 1 }", "{}"));
}

#[test]
fn edges_are_set_and_taken_away() {
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let set = set_edges(SPREAD, "c", "error", &ids(&["a"])).unwrap();
    assert_eq!(serde_json::from_str::<Json>(&set).unwrap()["steps"][2]["error"], json!(["a"]));
    assert_eq!(set_edges(SPREAD, "a", "next", &[]).unwrap(), change(r#", "next": ["b"]"#, ""));
}

#[test]
fn what_cannot_be_changed_is_told() {
    let wrong = |text: &str, step: &str| set_parameter(text, step, "k", Some(&Json::Null)).unwrap_err();
    assert_eq!(wrong(SPREAD, "nobody"), EditError::NoStep("nobody".to_owned()));
    assert!(matches!(wrong("{", "a"), EditError::NoJson(_)));
}

#[test]
fn real_dataflows_are_edited_in_one_place() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/facts/dataflows");
    let Ok(files) = std::fs::read_dir(folder) else {
        return println!("{folder} is not there; the real dataflows are not edited");
    };
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let json: Json = serde_json::from_str(&text).unwrap();
        for step in json["steps"].as_array().into_iter().flatten() {
            let id = step["id"].as_str().unwrap();
            let added = set_parameter(&text, id, "crosswalk", Some(&json!({"a": [1, "é\n"]}))).unwrap();
            assert_ne!(added, text);
            let removed = set_parameter(&added, id, "crosswalk", None).unwrap();
            // A step without parameters has got an empty object of them.
            let expected = if step["params"].as_object().is_some_and(|params| !params.is_empty()) {
                text.clone()
            } else {
                continue;
            };
            assert_eq!(removed, expected, "{id}");
        }
    }
}

/// JSON documents of any manner of writing: objects with members, in white space of several kinds.
fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(""), Just(" "), Just("\n  "), Just("\n\t")]
}

proptest! {
    #[test]
    fn only_the_member_that_is_set_changes(
        gaps in proptest::collection::vec(space(), 12),
        names in proptest::sample::subsequence(vec!["a", "b/", "c~", "d\"", "é"], 0..5),
        set in proptest::sample::select(vec!["a", "b/", "c~", "d\"", "é", "new"]),
        value in prop_oneof![Just(None), Just(Some(json!(1.5))), Just(Some(json!({"x": ["y"]})))],
    ) {
        let gap = |at: usize| gaps[at % gaps.len()];
        let members: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(at, name)| format!("{}{}{}:{}[{at}]{}", gap(at), json!(name), gap(at + 1), gap(at + 2), gap(at + 3)))
            .collect();
        let text = format!("{{\"steps\":{}[{{\"id\":\"s\",\"params\":{{{}}}{}}}]}}", gap(7), members.join(","), gap(8));
        let edited = set_parameter(&text, "s", set, value.as_ref()).unwrap();
        let mut expected: Json = serde_json::from_str(&text).unwrap();
        let params = expected["steps"][0]["params"].as_object_mut().unwrap();
        match &value {
            Some(value) => { params.insert(set.to_owned(), value.clone()); }
            None => { params.shift_remove(set); }
        }
        let got: Json = serde_json::from_str(&edited).map_err(|error| TestCaseError::fail(format!("{error}: {edited}")))?;
        prop_assert_eq!(got.to_string(), expected.to_string(), "the same members in the same order");
        if value.is_none() && !names.contains(&set) {
            prop_assert_eq!(edited, text);
        }
    }
}

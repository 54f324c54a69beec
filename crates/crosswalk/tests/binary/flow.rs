//! `crosswalk flow`: what it prints and how it ends.

use super::home::Home;
use serde_json::json;

const FLOW: &str = r#"{
  "name": "two files",
  "steps": [
    {"id": "parse", "type": "file.parse.json", "next": ["rename"]},
    {"id": "rename", "type": "field.rename", "params": {"fields": []}, "next": ["json", "mark"]},
    {"id": "json", "type": "file.format.json", "params": {"fileName": "{{name}}.json", "maxFileSiz": 1}},
    {"id": "mark", "type": "file.empty", "params": {"fileName": "<$MARK$>"}}
  ]
}"#;

#[test]
fn check_says_what_is_wrong_and_where() {
    let home = Home::new();
    let file = home.file("flow.json", FLOW);
    let ran = home.run(&["flow", "check", &file]).expect(2);
    for part in [
        "flow.json:4:5: error: step `parse`: no step leads to it",
        "flow.json:6:102: error: step `json`: there is no parameter `maxFileSiz` (misspelt_parameter); did you mean `maxFileSize`?",
        "warning: step `json`: the slot {{name}} is not filled (open_slot); --set name=VALUE",
        "the site variable <$MARK$> is not set; give it with --set MARK=VALUE",
        "4 steps, 3 errors,",
    ] {
        assert!(ran.stdout.contains(part), "{part} in\n{}", ran.stdout);
    }
    let mended = home.file("mended.json", FLOW.replace("maxFileSiz\"", "maxFileSize\""));
    let report = home
        .run(&["flow", "check", &mended, "--set", "name=x", "--set", "MARK=gigya.ok", "--json"])
        .expect(2)
        .json();
    assert_eq!((&report["steps"], &report["errors"]), (&json!(4), &json!(1)));
    assert_eq!(report["findings"][0]["code"], "not_reached");
    assert_eq!(report["findings"][0]["line"], 4);
    let broken = home.file("broken.json", "{\"name\": 1,\n\"steps\": []");
    assert!(
        home.run(&["flow", "check", &broken])
            .expect(2)
            .stdout
            .contains("broken.json:2:11: error: not valid JSON")
    );
}

#[test]
fn graph_draws_and_components_describe() {
    let home = Home::new();
    let file = home.file("flow.json", FLOW);
    let mermaid = home.run(&["flow", "graph", &file]).expect(0).stdout;
    assert!(mermaid.starts_with("flowchart TD\n") && mermaid.contains("s1 --> s3"), "{mermaid}");
    let svg = home.run(&["flow", "graph", &file, "--format", "svg"]).expect(0).stdout;
    assert!(svg.starts_with("<svg") && svg.contains("prefers-color-scheme"));
    let words = home.run(&["flow", "components", "field.rename"]).expect(0).stdout;
    assert!(words.contains("sourceField (path, required)"), "{words}");
    let all = home.run(&["flow", "components", "--json"]).expect(0).json();
    assert!(all["components"].as_array().unwrap().len() > 20);
    home.run(&["flow", "components", "nothing"]).expect(2);
}

#[test]
fn run_refuses_what_check_finds_wrong_and_leaves_nothing() {
    let home = Home::new();
    let file = home.file("flow.json", FLOW);
    let ran = home.run(&["flow", "run", &file, "--store", "rename=.", "--store", "nobody=."]).expect(2);
    for part in [
        "step `parse`: no step leads to it",
        "error: step `json`: the slot {{name}}",
        "names the step `nobody`",
    ] {
        assert!(ran.stderr.contains(part), "{part} in\n{}", ran.stderr);
    }
    assert!(ran.stdout.is_empty());
    let jobs = home.path(".crosswalk/jobs");
    assert!(!jobs.exists() || std::fs::read_dir(jobs).unwrap().count() == 0);
    home.run(&["flow", "run", &file, "--since", "yesterday"]).expect(2);
}

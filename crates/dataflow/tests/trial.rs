//! The dry run: what leaves each step is shown, nothing is written, and no secret is seen.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use dataflow::components;
use dataflow::context::Context;
use dataflow::document::Read;
use dataflow::graph::{Purpose, check};
use dataflow::runner::Status;
use dataflow::runner::trial::{self, Given, Trial};
use dataflow::script::Script;
use serde_json::{Value as Json, json};
use tokio::sync::watch;

/// Runs steps on `accounts.json` of a folder in the place of the store of step `in`.
async fn tried(steps: Json, accounts: &str, records: u64) -> (Trial, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("in")).unwrap();
    std::fs::create_dir(folder.path().join("out")).unwrap();
    std::fs::write(folder.path().join("in/accounts.json"), accounts).unwrap();
    let read = Read::new(&json!({"name": "t", "steps": steps}).to_string(), []).unwrap();
    let mut context = Context::new("2024-03-05T06:07:08Z".parse().unwrap(), "job", folder.path());
    for step in ["in", "out"] {
        context.stores.insert(step.to_owned(), folder.path().join(step));
    }
    let checked = check(&read, &components::all(), &context, Purpose::Run);
    let graph = checked.graph.unwrap_or_else(|| panic!("{:?}", checked.findings));
    let (_stop, stopped) = watch::channel(false);
    (trial::run(&graph, &context, records, stopped).await.unwrap(), folder)
}

fn flow(script: &str) -> Json {
    json!([
        {"id": "in", "type": "datasource.read.sftp", "params": {"host": "h", "username": "u", "password": ""}, "next": ["parse"]},
        {"id": "parse", "type": "file.parse.json", "next": ["rename"]},
        {"id": "rename", "type": "field.rename", "params": {"fields": [{"sourceField": "password.hash", "targetField": "h"}]}, "next": ["script"]},
        {"id": "script", "type": "record.evaluate", "params": {"script": Script::encode(script), "ECMAScriptVersion": "12"}, "next": ["dsv"]},
        {"id": "dsv", "type": "file.format.dsv", "params": {"fileName": "out.csv"}, "next": ["out"]},
        {"id": "out", "type": "datasource.write.sftp", "params": {"host": "h", "username": "u", "password": ""}},
    ])
}

fn accounts(count: u32) -> String {
    let account = |number: u32| json!({"UID": format!("u{number}"), "password": {"hash": format!("c2VjcmV0LWhhc2gt{number}"), "salt": "c2FsdHlzYWx0eQ=="}});
    (1..=count).map(account).collect::<Json>().to_string()
}

#[tokio::test]
async fn what_leaves_each_step_is_shown_and_nothing_is_written() {
    let script = "function process(record, ctx, logger, next, error) {
        logger.info('saw ' + record.UID + ' with ' + record.h);
        if (record.UID === 'u2') throw new Error('not this one');
        return {id: record.UID, copied: record.h};
    }";
    let (trial, folder) = tried(flow(script), &accounts(50), 3).await;
    assert_eq!(trial.status, Status::Succeeded);
    assert_eq!(trial.records, 3);
    let step = |id: &str| trial.steps.iter().find(|step| step.count.id == id).unwrap();

    let Given::Record(first) = &step("parse").gave[0] else { panic!("a record") };
    assert_eq!(first, &json!({"UID": "u1", "password": "********"}));
    assert_eq!(step("parse").gave.len(), 3);
    assert_eq!(
        step("rename").gave[0],
        Given::Record(json!({"UID": "u1", "password": "********", "h": "********"}))
    );
    let given: Vec<_> = step("script").gave.iter().collect();
    assert_eq!(given[1], &Given::Record(json!({"id": "u3", "copied": "********"})));
    let failed = &step("script").failed;
    assert_eq!((failed.len(), failed[0].record["UID"].as_str()), (1, Some("u2")));
    assert!(failed[0].message.contains("not this one"), "{}", failed[0].message);
    assert_eq!(step("script").said[0].text, "saw u1 with ********");

    let Given::File { name, begins, .. } = &step("dsv").gave[0] else { panic!("a file") };
    assert_eq!(name, "out.csv");
    assert_eq!(begins.as_deref().map(str::trim_end), Some("id,copied\nu1,********\nu3,********"));
    assert!(step("out").writes && !step("in").writes);
    assert_eq!(step("out").gave.len(), 1, "what it would have written");
    assert_eq!(std::fs::read_dir(folder.path().join("out")).unwrap().count(), 0, "nothing was written");

    let all = serde_json::to_string(&trial).unwrap();
    assert!(!all.contains("c2VjcmV0") && !all.contains("c2FsdHlz"), "{all}");
}

#[tokio::test]
async fn a_step_that_gives_many_shows_the_first() {
    let steps = json!([
        {"id": "in", "type": "datasource.read.sftp", "params": {"host": "h", "username": "u", "password": ""}, "next": ["parse"]},
        {"id": "parse", "type": "file.parse.json", "next": ["extract"]},
        {"id": "extract", "type": "field.array.extract", "params": {"field": "list"}, "next": ["json"]},
        {"id": "json", "type": "file.format.json", "params": {"fileName": "x.json"}, "next": ["out"]},
        {"id": "out", "type": "datasource.write.sftp", "params": {"host": "h", "username": "u", "password": ""}},
    ]);
    let list: Json = (0..100).map(|n| json!({"n": n})).collect();
    let (trial, _folder) = tried(steps, &json!([{"list": list}]).to_string(), 4).await;
    let extract = &trial.steps[2];
    assert_eq!((extract.count.passed, extract.gave.len()), (100, 4));
}

#[tokio::test]
async fn a_step_that_fails_leaves_what_was_seen_before() {
    let mut steps = flow("function process(record) { return record; }");
    steps[0]["next"] = json!(["unpack"]);
    let unpack = json!({"id": "unpack", "type": "file.uncompress.gzip", "next": ["parse"]});
    steps.as_array_mut().unwrap().push(unpack);
    let (trial, _folder) = tried(steps, &accounts(2), 10).await;
    let Status::Failed(failure) = &trial.status else { panic!("{:?}", trial.status) };
    assert_eq!(failure.step, "unpack");
    assert_eq!((trial.steps[0].gave.len(), trial.steps[1].gave.len()), (1, 0));
}

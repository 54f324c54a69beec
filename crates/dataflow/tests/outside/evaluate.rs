//! `record.evaluate`

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dataflow::document::Read;
use dataflow::graph::{Purpose, check};
use serde_json::{Value as Json, json};

use crate::flow::{Bench, fails, registry, succeeds, through};

fn script(text: &str) -> Json {
    json!({"script": STANDARD.encode(text), "ECMAScriptVersion": "12"})
}

#[tokio::test]
async fn records_keep_their_order_over_all_workers() {
    let given: Vec<_> = (0..5000).map(|n| json!({"n": n})).collect();
    let bench = Bench::of(given);
    let text = "function process(r, ctx, logger, next, error) {
      if (r.n % 10 === 0) return null
      if (r.n % 10 === 1) { error.accept({ ...r, _errorDetails: { errorMessage: 'one' } }); return }
      if (r.n % 10 === 2) throw new TypeError('two')
      if (r.n % 10 === 3) next.accept({ n: -r.n })
      return r
    }";
    let outcome = succeeds(through("record.evaluate", script(text)), &bench, |_| {}).await;
    let mut expected = Vec::new();
    for n in 0..5000 {
        match n % 10 {
            0..=2 => {}
            3 => expected.extend([json!({"n": -n}), json!({"n": n})]),
            _ => expected.push(json!({"n": n})),
        }
    }
    assert_eq!(bench.at("take"), expected);
    let failed = bench.at("failed");
    assert_eq!(failed.len(), 1000);
    assert_eq!(failed[0], json!({"n": 1, "_errorDetails": {"errorMessage": "one"}}));
    assert_eq!(
        failed[1]["_errorDetails"],
        json!({"errorMessage": "the script threw TypeError: two (line 4 of the script), at record 3", "step": "step"})
    );
    let counts = &outcome.steps[1];
    assert_eq!((counts.received, counts.failed, counts.dropped), (5000, 1000, 500));
}

#[tokio::test]
async fn the_last_call_comes_once_and_after_all_records() {
    let given: Vec<_> = (0..1000).map(|n| json!({"n": n})).collect();
    let bench = Bench::of(given);
    let mut params =
        script("let sum = 0; function process(r) { if (r === null) return { sum }; sum += r.n }");
    params["notifyLastRecord"] = json!(true);
    succeeds(through("record.evaluate", params.clone()), &bench, |_| {}).await;
    assert_eq!(bench.at("take"), [json!({"sum": 499_500})]);

    let empty = Bench::of(vec![]);
    succeeds(through("record.evaluate", params.clone()), &empty, |_| {}).await;
    assert_eq!(empty.at("take"), [json!({"sum": 0})]);

    params["script"] = script("function process(r) { return r.n.x }")["script"].clone();
    let why = fails(through("record.evaluate", params), &empty, |_| {}).await;
    assert!(why.contains("(line 1 of the script), in the call after the last record"), "{why}");
}

#[tokio::test]
async fn a_script_error_names_the_record() {
    let bench = Bench::of(vec![json!({"UID": "u1"}), json!({"UID": "u2", "data": {}})]);
    let text = "function process(r) {\n  return { x: r.data.y.z, a: r.data.x }\n}";
    succeeds(through("record.evaluate", script(text)), &bench, |_| {}).await;
    let messages: Vec<_> = bench
        .at("failed")
        .iter()
        .map(|r| r["_errorDetails"]["errorMessage"].as_str().unwrap_or("").to_owned())
        .collect();
    assert!(messages[0].ends_with("(line 2 of the script), at record 1 (UID u1)"), "{messages:?}");
    assert!(messages[1].ends_with("(line 2 of the script), at record 2 (UID u2)"), "{messages:?}");
}

#[tokio::test]
async fn a_script_that_does_not_load_is_told_by_the_check() {
    let steps = through("record.evaluate", script("function process(r) {\n  return r +\n}"));
    let text = json!({"name": "test", "steps": steps}).to_string();
    let read = Read::new(&text, []).unwrap();
    let mut context = dataflow::Context::new("2026-05-02T12:00:00Z".parse().unwrap(), "job-1", "work");
    context.services.insert(Bench::of(vec![]));
    let checked = check(&read, &registry(), &context, Purpose::Check);
    let found = checked.findings.iter().map(ToString::to_string).collect::<String>();
    assert!(found.contains("step `step`") && found.contains("(line 3 of the script)"), "{found}");
}

//! `datasource.write.gigya.*`

use dataflow::runner::Status;
use serde_json::json;

use crate::flow::{Bench, fails, run, succeeds, through};
use crate::part::Part;

#[tokio::test]
async fn accounts_are_imported_and_refusals_take_the_error_path() {
    let site = Part::play(|asked| match asked.param("UID") {
        "bad" => {
            json!({"errorCode": 400003, "errorMessage": "Unique identifier exists", "errorDetails": "taken"})
        }
        _ => json!({"UID": "made", "context": asked.param("context")}),
    })
    .await;
    let bench = Bench::of(vec![
        json!({"uid": "u1", "loginIds": {"emails": ["a@example.test"]}, "profile": {"age": 9}, "isActive": "TRUE",
               "context": {"internal": {"x": 1}}, "lang": "", "mark": 1}),
        json!({"uid": "bad"}),
        json!({"profile": {}}),
    ]);
    let params = json!({"importPolicy": "upsert", "maxConnections": 1, "addResponse": true});
    succeeds(through("datasource.write.gigya.importaccount", params), &bench, |context| site.join(context))
        .await;

    let asked = site.asked();
    assert_eq!(asked.len(), 3);
    let first: Vec<_> = asked[0].params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        first,
        [
            ("UID", "u1"),
            ("context", r#"{"internal":{"x":1}}"#),
            ("importPolicy", "upsert"),
            ("isActive", "TRUE"),
            ("loginIDs", r#"{"emails":["a@example.test"]}"#),
            ("profile", r#"{"age":9}"#),
        ]
    );
    assert_eq!(asked[2].param("createUID"), "true");

    let taken = bench.at("take");
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0]["_response"]["context"], r#"{"internal":{"x":1}}"#);
    assert_eq!(taken[0]["mark"], 1);
    let failed = bench.at("failed");
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["_errorDetails"]["errorCode"], 400003);
    assert_eq!(failed[0]["_errorDetails"]["step"], "step");
    assert_eq!(failed[0]["_response"]["errorDetails"], "taken");
    assert!(bench.lines().iter().any(|line| line.ends_with("were not sent: mark")), "{:?}", bench.lines());
}

#[tokio::test]
async fn any_method_is_called_with_members_and_values() {
    let site = Part::play(|_| json!({})).await;
    let bench = Bench::of(vec![json!({"_response": {"UID": "u1"}, "internal": {"a": 1}, "addresses": null})]);
    let params = json!({
        "apiMethod": "accounts.setAccountInfo",
        "maxConnections": 10,
        "apiParams": [
            {"sourceField": "_response.UID", "paramName": "uid", "value": ""},
            {"sourceField": "internal", "paramName": "internal", "value": ""},
            {"sourceField": "addresses", "paramName": "addresses", "value": ""},
            {"sourceField": "", "paramName": "lang", "value": "en"},
        ],
    });
    succeeds(through("datasource.write.gigya.generic", params), &bench, |context| site.join(context)).await;
    let asked = &site.asked()[0];
    assert_eq!(asked.method, "accounts.setAccountInfo");
    assert_eq!(asked.params.len(), 3);
    assert_eq!(
        (asked.param("UID"), asked.param("internal"), asked.param("lang")),
        ("u1", r#"{"a":1}"#, "en")
    );
    assert_eq!(bench.at("take")[0]["_response"], json!({"UID": "u1"}));
}

#[tokio::test]
async fn accounts_are_changed_and_objects_stored() {
    let site = Part::play(|_| json!({})).await;
    let bench = Bench::of(vec![json!({"UID": "u1", "data": {"n": 1}, "oid": "7"})]);
    for (component, params) in [
        ("datasource.write.gigya.account", json!({})),
        ("datasource.write.gigya.ds", json!({"type": "order"})),
    ] {
        succeeds(through(component, params), &bench, |context| site.join(context)).await;
    }
    let asked = site.asked();
    assert_eq!(asked[0].method, "accounts.setAccountInfo");
    assert_eq!((asked[0].param("UID"), asked[0].param("data")), ("u1", r#"{"n":1}"#));
    assert_eq!(asked[1].method, "ds.store");
    assert_eq!((asked[1].param("oid"), asked[1].param("type")), ("7", "order"));
}

#[tokio::test]
async fn many_calls_are_under_way_and_the_order_stays() {
    let site = Part::play(|_| json!({})).await;
    let given: Vec<_> = (0..300).map(|n| json!({"UID": n.to_string(), "n": n})).collect();
    let bench = Bench::of(given.clone());
    succeeds(through("datasource.write.gigya.importaccount", json!({})), &bench, |context| {
        site.join(context)
    })
    .await;
    assert_eq!(bench.at("take"), given);
    assert_eq!(site.asked().len(), 300);
}

#[tokio::test]
async fn a_site_that_is_not_there_fails_the_job_for_now() {
    let steps = through(
        "datasource.write.gigya.account",
        json!({"apiKey": "other", "userKey": "u", "secret": "not base64!"}),
    );
    let why = {
        let site = Part::play(|_| json!({})).await;
        fails_to_start(steps, &site).await
    };
    assert!(why.contains("base64"), "{why}");
}

async fn fails_to_start(steps: serde_json::Value, site: &Part) -> String {
    let work = tempfile::tempdir().unwrap();
    let mut context = dataflow::Context::new("2026-05-02T12:00:00Z".parse().unwrap(), "job-1", work.path());
    context.services.insert(Bench::of(vec![]));
    site.join(&mut context);
    let text = json!({"name": "test", "steps": steps}).to_string();
    let read = dataflow::document::Read::new(&text, []).unwrap();
    let registry = crate::flow::registry();
    let checked = dataflow::graph::check(&read, &registry, &context, dataflow::graph::Purpose::Run);
    checked.findings.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_no_call_can_be_is_told_before_the_run() {
    let site = Part::play(|_| json!({})).await;
    for (component, params, word) in [
        ("datasource.write.gigya.generic", json!({"apiMethod": "set account"}), "apiMethod"),
        ("datasource.write.gigya.importaccount", json!({"importPolicy": "replace"}), "importPolicy"),
    ] {
        let why = fails_to_start(through(component, params), &site).await;
        assert!(why.contains(word), "{why}");
    }
}

#[tokio::test]
async fn a_failure_that_is_not_the_records_fails_the_job() {
    let bench = Bench::of(vec![json!({"UID": "1"})]);
    let why = fails(through("datasource.write.gigya.account", json!({})), &bench, |_| {}).await;
    assert!(why.contains("none was named"), "{why}");
}

#[tokio::test]
async fn keys_that_the_site_refuses_fail_the_job_and_not_each_record() {
    let site = Part::play(|_| json!({"errorCode": 403_010, "errorMessage": "Invalid secret"})).await;
    let bench = Bench::of(vec![json!({"UID": "1"}), json!({"UID": "2"})]);
    let steps = through("datasource.write.gigya.account", json!({}));
    match run(steps, &bench, |context| site.join(context)).await.status {
        Status::Failed(failure) => {
            assert!(failure.usage && failure.message.contains("GIGYA_SECRET"), "{failure:?}")
        }
        other => panic!("{other:?}"),
    }
}

//! `datasource.read.gigya.*`

use serde_json::{Value as Json, json};

use crate::flow::{Bench, fails, succeeds};
use crate::part::Part;

fn reading(component: &str, params: Json) -> Json {
    json!([
        {"id": "read", "type": component, "params": params, "next": ["take"]},
        {"id": "take", "type": "test.take"},
    ])
}

/// Two pages behind a cursor.
async fn two_pages() -> Part {
    Part::play(|asked| match asked.param("cursorId") {
        "" => json!({"results": [{"UID": "1", "profile": {"a": null, "b": ""}}], "nextCursorId": "n"}),
        _ => json!({"results": [{"UID": "2", "age": 9007199254740993_i64}], "totalCount": 2}),
    })
    .await
}

#[tokio::test]
async fn accounts_are_read_to_the_end() {
    let site = two_pages().await;
    let bench = Bench::of(vec![]);
    let params = json!({"select": "UID,profile", "where": "profile.a = 1 OR age > 2", "batchSize": 300, "maxConcurrency": "1"});
    succeeds(reading("datasource.read.gigya.account", params), &bench, |context| site.join(context)).await;
    assert_eq!(
        bench.at("take"),
        [
            json!({"UID": "1", "profile": {"a": null, "b": ""}}),
            json!({"UID": "2", "age": 9007199254740993_i64})
        ]
    );
    let asked = site.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].method, "accounts.search");
    assert_eq!(
        asked[0].param("query"),
        "SELECT UID,profile FROM accounts WHERE profile.a = 1 OR age > 2 LIMIT 300"
    );
    assert_eq!(asked[0].param("openCursor"), "true");
}

#[tokio::test]
async fn a_delta_is_what_changed_since_the_last_run() {
    let asks = async |params: Json, last: Option<&str>| {
        let site = two_pages().await;
        let bench = Bench::of(vec![]);
        let last = last.map(|time| time.parse().unwrap());
        succeeds(reading("datasource.read.gigya.account", params), &bench, |context| {
            site.join(context);
            context.full_extract = false;
            context.last_run = last;
        })
        .await;
        site.asked()[0].param("query").to_owned()
    };
    assert_eq!(
        asks(json!({"select": "UID"}), Some("2026-05-01T00:00:00.500Z")).await,
        "SELECT UID FROM accounts WHERE lastUpdatedTimestamp > 1777593600500 LIMIT 1000"
    );
    // A day before the time of the run.
    assert_eq!(
        asks(json!({"select": "UID", "deltaField": "createdTimestamp", "where": "a = 1 OR b = 2"}), None)
            .await,
        "SELECT UID FROM accounts WHERE (a = 1 OR b = 2) AND (createdTimestamp > 1777636800000) LIMIT 1000"
    );
    assert_eq!(
        asks(
            json!({"select": "*", "from": "emailAccounts", "consent": ["terms.ToS"]}),
            Some("1970-01-01T00:00:01Z")
        )
        .await,
        "SELECT * FROM emailAccounts WHERE (lastUpdatedTimestamp > 1000) AND (preferences.terms.ToS.isConsentGranted = true) \
         LIMIT 1000"
    );
}

#[tokio::test]
async fn a_limit_makes_the_page_small_and_ends_the_reading() {
    let site = two_pages().await;
    let bench = Bench::of(vec![]);
    succeeds(reading("datasource.read.gigya.account", json!({"select": "UID"})), &bench, |context| {
        site.join(context);
        context.limit = Some(1);
    })
    .await;
    assert_eq!(bench.at("take").len(), 1);
    assert!(site.asked()[0].param("query").ends_with(" LIMIT 1"));
}

#[tokio::test]
async fn empty_fields_are_left_out_when_asked() {
    let site = two_pages().await;
    let bench = Bench::of(vec![]);
    let params = json!({"select": "UID,profile", "excludeEmptyFields": true});
    succeeds(reading("datasource.read.gigya.account", params), &bench, |context| site.join(context)).await;
    assert_eq!(bench.at("take")[0], json!({"UID": "1"}));
}

#[tokio::test]
async fn the_audit_log_is_read_and_projected_here() {
    let site = Part::play(|_| json!({"results": [{"uid": "1", "endpoint": "accounts.login", "httpReq": {"SDK": "js", "country": "DE"}}]})).await;
    let bench = Bench::of(vec![]);
    let params = json!({"select": "uid, httpReq.SDK", "where": "endpoint = \"accounts.login\""});
    succeeds(reading("datasource.read.gigya.audit", params), &bench, |context| {
        site.join(context);
        context.full_extract = false;
        context.last_run = Some("2026-05-01T00:00:00Z".parse().unwrap());
    })
    .await;
    assert_eq!(bench.at("take"), [json!({"uid": "1", "httpReq": {"SDK": "js"}})]);
    let asked = &site.asked()[0];
    assert_eq!(asked.method, "audit.search");
    assert_eq!(
        asked.param("query"),
        "SELECT * FROM auditLog WHERE (endpoint = \"accounts.login\") AND (@timestamp > \"2026-05-01T00:00:00.000Z\") LIMIT 1000"
    );
}

#[tokio::test]
async fn the_data_store_is_read() {
    let site = Part::play(|_| json!({"results": [{"oid": "1", "data": {"n": 1}}]})).await;
    let bench = Bench::of(vec![]);
    succeeds(reading("datasource.read.gigya.ds", json!({"from": "orders"})), &bench, |context| {
        site.join(context)
    })
    .await;
    assert_eq!(bench.at("take"), [json!({"oid": "1", "data": {"n": 1}})]);
    assert_eq!(site.asked()[0].method, "ds.search");
    assert_eq!(site.asked()[0].param("query"), "SELECT * FROM orders LIMIT 1000");
}

#[tokio::test]
async fn a_refusal_fails_the_job_with_the_words_of_the_site() {
    let site = Part::play(|_| json!({"errorCode": 400006, "errorMessage": "Invalid parameter value", "errorDetails": "no such field"})).await;
    let steps = reading("datasource.read.gigya.account", json!({"select": "UID"}));
    let why = fails(steps, &Bench::of(vec![]), |context| site.join(context)).await;
    assert!(
        why.starts_with("step `read`: ") && why.contains("400006") && why.contains("no such field"),
        "{why}"
    );
}

#[tokio::test]
async fn without_a_site_it_is_told() {
    let steps = reading("datasource.read.gigya.account", json!({"select": "UID"}));
    let why = fails(steps, &Bench::of(vec![]), |_| {}).await;
    assert_eq!(why, "step `read`: the flow speaks to a Gigya site, and none was named");
}

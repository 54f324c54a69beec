//! `datasource.read.gigya.*`

use serde_json::{Value as Json, json};

use crate::flow::{Bench, fails, succeeds};
use crate::local::Local;
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
        "SELECT UID,profile, createdTimestamp FROM accounts WHERE profile.a = 1 OR age > 2 ORDER BY createdTimestamp LIMIT 300"
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
        "SELECT UID, createdTimestamp FROM accounts WHERE lastUpdatedTimestamp > 1777593600500 ORDER BY createdTimestamp \
         LIMIT 1000"
    );
    // A day before the time of the run.
    assert_eq!(
        asks(json!({"select": "UID", "deltaField": "createdTimestamp", "where": "a = 1 OR b = 2"}), None)
            .await,
        "SELECT UID, createdTimestamp FROM accounts WHERE (a = 1 OR b = 2) AND (createdTimestamp > 1777636800000) \
         ORDER BY createdTimestamp LIMIT 1000"
    );
    assert_eq!(
        asks(
            json!({"select": "*", "from": "emailAccounts", "consent": ["terms.ToS"]}),
            Some("1970-01-01T00:00:01Z")
        )
        .await,
        "SELECT * FROM emailAccounts WHERE (lastUpdatedTimestamp > 1000) AND (preferences.terms.ToS.isConsentGranted = true) \
         ORDER BY createdTimestamp LIMIT 1000"
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

/// Fifty accounts, made three at a time, and two that no time is told of.
fn fifty() -> Vec<Json> {
    let account = |number: u64| {
        json!({
            "UID": format!("u{number:02}"), "isRegistered": true, "createdTimestamp": 1_600_000_000_000 + number / 3,
            "loginIDs": {"emails": [format!("u{number}@example.test")]},
            "profile": {"firstName": format!("n{number}"), "email": format!("u{number}@example.test")},
        })
    };
    let untold = ["x1", "x2"].map(|uid| {
        let email = format!("{uid}@example.test");
        json!({"UID": uid, "isRegistered": true, "loginIDs": {"emails": [&email]}, "profile": {"email": &email}})
    });
    (0..50).map(account).chain(untold).collect()
}

#[tokio::test]
async fn reading_goes_on_when_the_cursor_has_expired() {
    for (from, select) in [("accounts", "UID, profile.firstName"), ("emailAccounts", "UID,profile")] {
        let site = Local::start("cursor-gone every 3").await;
        site.load(fifty()).await;
        let bench = Bench::of(vec![]);
        let params = json!({"select": select, "from": from, "batchSize": 4});
        let outcome =
            succeeds(reading("datasource.read.gigya.account", params), &bench, |context| site.join(context))
                .await;
        site.stop().await;
        let mut uids: Vec<String> =
            bench.at("take").iter().map(|record| record["UID"].as_str().unwrap().to_owned()).collect();
        uids.sort_unstable();
        let wanted: Vec<String> =
            (0..50).map(|number| format!("u{number:02}")).chain(["x1".to_owned(), "x2".to_owned()]).collect();
        assert_eq!((uids, outcome.records), (wanted, 52), "nobody lost, nobody doubled");
        let expired = bench.lines().iter().filter(|line| line.contains("the cursor has expired")).count();
        assert!(expired > 3, "{expired}");
        assert!(bench.at("take").iter().all(|record| record.get("createdTimestamp").is_none()));
    }
}

#[tokio::test]
async fn a_cursor_that_always_expires_fails_the_job_in_a_while() {
    let site = Local::start("cursor-gone").await;
    // More accounts of one time than a page holds: no cursor comes past them.
    let account = |number: u64| json!({"UID": number.to_string(), "createdTimestamp": 1_600_000_000_000_u64});
    site.load((0..9).map(account).collect()).await;
    let params = json!({"select": "UID", "batchSize": 4});
    let why = fails(reading("datasource.read.gigya.account", params), &Bench::of(vec![]), |context| {
        site.join(context);
    })
    .await;
    site.stop().await;
    assert!(why.contains("has expired"), "{why}");
}

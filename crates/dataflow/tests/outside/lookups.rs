//! `datasource.lookup.gigya.*`

use serde_json::{Value as Json, json};

use crate::flow::{Bench, succeeds, through};
use crate::part::Part;

async fn accounts() -> Part {
    Part::play(|_| {
        json!({"results": [
            {"UID": "u1", "profile": {"email": "A@example.test"}, "loginIDs": {"emails": ["a@example.test"]}},
            {"UID": "u2", "profile": {"email": "b@example.test"}, "loginIDs": {"emails": ["b@example.test"]}},
            {"UID": "u3", "profile": {"email": "b@example.test"}, "loginIDs": {"emails": []}},
        ]})
    })
    .await
}

fn params() -> Json {
    json!({
        "select": "UID, profile.email",
        "handleFieldConflicts": "take_lookup",
        "mismatchBehavior": "error",
        "lookupFields": [
            {"sourceField": "mail", "gigyaField": "loginIDs.emails"},
            {"sourceField": "mail", "gigyaField": "profile.email"},
        ],
        "lookupFieldsOperator": "OR",
        "matchBehavior": "process",
        "isCaseSensitive": false,
        "from": "accounts",
        "batchSize": 200,
        "maxConcurrency": 1,
    })
}

fn given() -> Vec<Json> {
    ["a@Example.test", "b@example.test", "c@example.test", ""].map(|mail| json!({"mail": mail})).to_vec()
}

#[tokio::test]
async fn matches_are_merged_and_mismatches_take_the_error_path() {
    let site = accounts().await;
    let bench = Bench::of(given());
    succeeds(through("datasource.lookup.gigya.account", params()), &bench, |context| site.join(context))
        .await;
    assert_eq!(
        bench.at("take"),
        [json!({"mail": "a@Example.test", "UID": "u1", "profile": {"email": "A@example.test"}})]
    );
    let failed: Vec<_> = bench
        .at("failed")
        .into_iter()
        .map(|record| (record["mail"].clone(), record["_errorDetails"]["errorMessage"].clone()))
        .collect();
    assert_eq!(
        failed,
        [
            (json!("b@example.test"), json!("2 accounts of the site match")),
            (json!("c@example.test"), json!("no account of the site matches")),
            (json!(""), json!("no account of the site matches")),
        ]
    );
    let queries: Vec<_> = site.asked().iter().map(|asked| asked.param("query").to_owned()).collect();
    assert_eq!(
        queries,
        [
            r#"SELECT UID, profile.email, loginIDs.emails FROM accounts WHERE loginIDs.emails IN ("a@Example.test", "a@example.test", "b@example.test", "c@example.test") OR profile.email IN ("a@Example.test", "a@example.test", "b@example.test", "c@example.test") LIMIT 1000"#
        ]
    );
}

#[tokio::test]
async fn several_matches_may_be_separated_and_mismatches_may_go_on() {
    let site = accounts().await;
    let bench = Bench::of(given());
    let mut params = params();
    params["select"] = json!("UID");
    params["mismatchBehavior"] = json!("process");
    params["separateMultiMatches"] = json!(true);
    succeeds(through("datasource.lookup.gigya.account", params), &bench, |context| site.join(context)).await;
    assert_eq!(
        bench.at("take"),
        [
            json!({"mail": "a@Example.test", "UID": "u1"}),
            json!({"mail": "b@example.test", "UID": "u2"}),
            json!({"mail": "b@example.test", "UID": "u3"}),
            json!({"mail": "c@example.test"}),
            json!({"mail": ""}),
        ]
    );
    assert!(bench.at("failed").is_empty());
}

#[tokio::test]
async fn achievements_are_added() {
    let site = Part::play(|asked| match asked.param("UID") {
        "u1" => json!({"achievements": [{"challengeID": "x", "pointsTotal": 5}]}),
        _ => json!({"errorCode": 403005, "errorMessage": "Unauthorized user"}),
    })
    .await;
    let bench = Bench::of(vec![json!({"UID": "u1"}), json!({"UID": "u2"}), json!({"n": 1})]);
    let steps = through("datasource.lookup.gigya.gm", json!({"includeChallenges": "*"}));
    succeeds(steps, &bench, |context| site.join(context)).await;
    assert_eq!(
        bench.at("take"),
        [json!({"UID": "u1", "achievements": [{"challengeID": "x", "pointsTotal": 5}]})]
    );
    assert_eq!(bench.at("failed").len(), 2);
    assert_eq!(bench.at("failed")[0]["_errorDetails"]["errorCode"], 403005);
    let asked = &site.asked()[0];
    assert_eq!((asked.method.as_str(), asked.param("includeChallenges")), ("gm.getChallengeStatus", "*"));
}

use serde_json::json;

use super::world::{NOW_MS, World, people};

#[tokio::test]
async fn an_answer_has_the_members_of_the_vendor_s() {
    let world = World::with(&people(3)).await;
    let answer =
        world.search("SELECT UID, profile.firstName AS name, profile.zip FROM accounts LIMIT 2").await;
    let members: Vec<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        [
            "callId",
            "errorCode",
            "apiVersion",
            "statusCode",
            "statusReason",
            "time",
            "results",
            "objectsCount",
            "totalCount"
        ]
    );
    assert_eq!(
        answer["results"],
        json!([{"UID": "u00", "profile": {"name": "P0"}}, {"UID": "u01", "profile": {"name": "P1"}}])
    );
    assert_eq!((&answer["objectsCount"], &answer["totalCount"]), (&json!(2), &json!(3)));
    assert_eq!(answer["callId"].as_str().unwrap().len(), 32);
}

#[tokio::test]
async fn a_star_leaves_out_what_is_empty_and_the_subscriptions() {
    let world = World::with(&people(1)).await;
    let answer = world.search("SELECT * FROM accounts").await;
    assert_eq!(
        answer["results"][0],
        json!({
            "UID": "u00",
            "isActive": true,
            "lastUpdatedTimestamp": NOW_MS,
            "createdTimestamp": NOW_MS,
            "profile": {"email": "p0@x.example", "age": 0, "firstName": "P0"},
            "password": {"hash": "AAAA", "hashSettings": {"algorithm": "md5"}},
            "created": "2023-11-14T22:13:20.000Z",
            "lastUpdated": "2023-11-14T22:13:20.000Z",
        })
    );
    let closed = World::start(&people(1), |options| options.search_passwords = false).await;
    assert_eq!(closed.search("SELECT *, password FROM accounts").await["results"][0].get("password"), None);
}

#[tokio::test]
async fn conditions_choose_by_index_or_without() {
    let world = World::with(&people(20)).await;
    let at = NOW_MS + 15_000;
    for (condition, found) in [
        (
            format!("lastUpdatedTimestamp > {at} and lastUpdatedTimestamp <= {}", at + 2000),
            vec!["u16", "u17"],
        ),
        (format!("lastUpdatedTimestamp >= {at} and profile.age = 8"), vec!["u18"]),
        (
            format!("lastUpdatedTimestamp < '2023-11-14T22:13:22Z' and createdTimestamp < {NOW_MS}"),
            vec!["u01"],
        ),
        ("UID in ('u07', 'nobody', 'u03')".to_owned(), vec!["u03", "u07"]),
        ("UID = 'u04' and isActive = false".to_owned(), vec![]),
        ("profile.firstName = regex('P1[23]')".to_owned(), vec!["u12", "u13"]),
        ("profile.email contains 'P5@X.EXAMPLE'".to_owned(), vec!["u05"]),
        ("profile.age = 3 or UID = 'u00'".to_owned(), vec!["u00", "u03", "u13"]),
        (
            "subscriptions.news.email.isSubscribed = true and not profile.age < 8".to_owned(),
            vec!["u09", "u18"],
        ),
    ] {
        let answer = world.search(&format!("SELECT UID FROM accounts WHERE {condition}")).await;
        assert_eq!(super::world::uids(&answer), found, "{condition}");
        assert_eq!(answer["totalCount"], found.len(), "{condition}");
    }
}

#[tokio::test]
async fn orders_and_pages_without_a_cursor() {
    let world = World::with(&people(20)).await;
    let newest = "SELECT UID FROM accounts ORDER BY lastUpdatedTimestamp DESC START 1 LIMIT 3";
    assert_eq!(world.uids(newest).await, ["u18", "u17", "u16"]);
    let by_age = "SELECT UID FROM accounts WHERE profile.age > 7 ORDER BY profile.age DESC, UID DESC LIMIT 3";
    assert_eq!(world.uids(by_age).await, ["u19", "u09", "u18"]);
    let ties = "SELECT UID FROM accounts ORDER BY lastUpdatedTimestamp START 3 LIMIT 2";
    assert_eq!(world.uids(ties).await, ["u03", "u04"]);
    let few = "SELECT UID FROM accounts WHERE UID in ('u01', 'u09', 'u05') ORDER BY UID DESC LIMIT 2";
    assert_eq!(world.uids(few).await, ["u09", "u05"]);
}

#[tokio::test]
async fn a_page_has_300_rows_and_never_more_than_10000() {
    let world = World::with(&people(301)).await;
    assert_eq!(world.search("SELECT UID FROM accounts").await["objectsCount"], 300);
    assert_eq!(world.search("SELECT UID FROM accounts LIMIT 20000").await["objectsCount"], 301);
    let empty = world.search("SELECT UID FROM accounts LIMIT 0").await;
    assert_eq!((&empty["objectsCount"], &empty["totalCount"]), (&json!(0), &json!(301)));
}

#[tokio::test]
async fn lite_accounts_come_when_they_are_asked_for() {
    let mut accounts = people(2);
    accounts.push(json!({"UID": "l1", "hasFullAccount": false, "email": "p1@x.example"}));
    accounts.push(json!({"UID": "l2", "hasFullAccount": false, "email": "lite@x.example"}));
    let world = World::with(&accounts).await;
    for (types, found) in [
        ("full", vec!["u00", "u01"]),
        ("lite", vec!["l1", "l2"]),
        ("full,lite", vec!["u00", "u01", "l1", "l2"]),
    ] {
        let params = [("query", "SELECT UID FROM accounts"), ("accountTypes", types)];
        assert_eq!(super::world::uids(&world.call("accounts.search", &params).await), found);
    }

    let query = "SELECT email, hasFullAccount, hasLiteAccount, channel FROM emailAccounts";
    let answer = world.search(query).await;
    let row = |email: &str, full: bool, lite: bool| json!({"email": email, "channel": "email", "hasFullAccount": full, "hasLiteAccount": lite});
    assert_eq!(
        answer["results"],
        json!([
            row("p0@x.example", true, false),
            row("p1@x.example", true, true),
            row("lite@x.example", false, true)
        ])
    );
    assert_eq!(answer["missing"], 0);
    assert_eq!(answer["totalCount"], 3);
    let subscribed = "SELECT * FROM emailAccounts WHERE subscriptions.news.email.isSubscribed = true";
    let answer = world.search(subscribed).await;
    assert_eq!(answer["objectsCount"], 1);
    assert_eq!(answer["results"][0]["subscriptions"], json!({"news": {"email": {"isSubscribed": true}}}));
    assert_eq!(answer["results"][0]["password"], json!(null));
}

#[tokio::test]
async fn communications_are_a_table_of_their_own() {
    let communications = |name: &str| json!({name: {"status": "OptIn"}, "sms_x": {"status": "OptOut"}});
    let accounts = [
        json!({"UID": "a", "communications": communications("email_news")}),
        json!({"UID": "b", "communications": communications("email_deals")}),
    ];
    let world = World::with(&accounts).await;
    let answer = world.search("SELECT UID, topicId FROM communications WHERE status = 'OptIn'").await;
    assert_eq!(answer["results"], json!([{"topicId": "news", "UID": "a"}, {"topicId": "deals", "UID": "b"}]));
    let mut answer = world
        .call("accounts.search", &[("query", "SELECT * FROM communications LIMIT 1"), ("openCursor", "true")])
        .await;
    let mut found = Vec::new();
    while let Some(cursor) = answer["nextCursorId"].as_str().map(str::to_owned) {
        let row = &answer["results"][0];
        found.push(format!("{} {}", row["UID"].as_str().unwrap(), row["topicId"].as_str().unwrap()));
        answer = world.call("accounts.search", &[("cursorId", &cursor)]).await;
    }
    assert_eq!(found, ["a news", "a x", "b deals", "b x"]);
    assert_eq!(answer["totalCount"], 4);
}

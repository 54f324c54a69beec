//! What goes wrong on purpose, as a client sees it; and the pace of a real site.

use loopback::FaultPlan;
use serde_json::{Value, json};

use super::world::{NOW_MS, World, people, uids};

async fn troubled(faults: &str, accounts: &[Value]) -> World {
    let plan = FaultPlan::parse(faults, &site::FAULTS).unwrap();
    World::start(accounts, |options| options.faults = plan).await
}

const QUERY: &str = "SELECT UID FROM accounts ORDER BY lastUpdatedTimestamp LIMIT 4";

#[tokio::test]
async fn every_code_comes_in_the_envelope_of_the_site_and_then_the_call_passes() {
    for (code, message) in [
        (403_048, "Api rate limit exceeded"),
        (500_001, "General Server error"),
        (504_001, "Timeout"),
        (409_030, "Concurrent access error"),
        (301_001, "Invalid data center"),
    ] {
        let world = troubled(&format!("{code} on POST /accounts.search first 1"), &people(2)).await;
        let answer = world.search(QUERY).await;
        assert_eq!((&answer["errorCode"], &answer["errorMessage"]), (&json!(code), &json!(message)));
        assert_eq!(answer["callId"].as_str().unwrap().len(), 32);
        assert_eq!(answer["statusCode"], code / 1000);
        assert_eq!(answer.get("apiDomain").is_some(), code == 301_001, "{answer}");
        if code == 301_001 {
            // It sends the call elsewhere, as the answer to a call that went to the wrong data center does.
            let (domain, location) = (answer["apiDomain"].as_str().unwrap(), &answer["location"]);
            assert_eq!(
                (Some(location), domain.split_once('.').unwrap().1),
                (Some(&json!("us1")), "gigya.com")
            );
            assert!(
                answer["errorDetails"].as_str().unwrap().ends_with(&format!("another data center: {domain}"))
            );
        }
        assert_eq!(world.uids(QUERY).await.len(), 2);
    }
}

#[tokio::test]
async fn a_cursor_is_gone_once() {
    let world = troubled("cursor-gone first 1", &people(9)).await;
    let first = world.call("accounts.search", &[("query", QUERY), ("openCursor", "true")]).await;
    let cursor = first["nextCursorId"].as_str().unwrap();
    let gone = world.call("accounts.search", &[("cursorId", cursor)]).await;
    assert_eq!(gone["errorCode"], 400_006, "{gone}");
    assert_eq!(uids(&world.call("accounts.search", &[("cursorId", cursor)]).await).len(), 4);
}

#[tokio::test]
async fn pages_are_shorter_than_their_limit_and_not_the_last() {
    let world = troubled("short-pages", &people(20)).await;
    let mut answer = world.call("accounts.search", &[("query", QUERY), ("openCursor", "true")]).await;
    let mut sizes = vec![uids(&answer).len()];
    while let Some(cursor) = answer["nextCursorId"].as_str().map(str::to_owned) {
        answer = world.call("accounts.search", &[("cursorId", &cursor)]).await;
        sizes.push(uids(&answer).len());
    }
    assert_eq!(sizes.iter().sum::<usize>(), 20);
    let inner = &sizes[..sizes.len() - 1];
    assert!(inner.iter().any(|&size| size < 4), "{sizes:?}");
}

#[tokio::test]
async fn an_index_that_is_behind_does_not_find_what_was_just_changed() {
    let account = |uid: &str, ago_ms: i64| {
        json!({"UID": uid, "lastUpdatedTimestamp": NOW_MS - ago_ms, "createdTimestamp": NOW_MS - 100_000,
            "isRegistered": true, "profile": {"age": 7}})
    };
    let accounts = [account("old", 60_000), account("new", 5_000)];
    let world = troubled("index-lag 30s", &accounts).await;
    assert_eq!(world.uids("SELECT UID FROM accounts WHERE profile.age = 7").await, ["old"]);
    let count = world.search("SELECT count(*) FROM accounts").await;
    assert_eq!(count["results"][0]["count(*)"], 1);
    world.clock.advance(30_000);
    assert_eq!(world.uids("SELECT UID FROM accounts ORDER BY UID").await, ["new", "old"]);
}

#[tokio::test]
async fn a_pace_counts_searches_by_the_clock_of_the_site() {
    let world = World::start(&people(2), |options| options.pace = Some(site::Pace::Upto5M)).await;
    let mut passed = 0;
    for _ in 0..12 {
        passed += usize::from(world.search(QUERY).await["errorCode"] == 0);
    }
    assert_eq!(passed, 10);
    world.clock.advance(1_000);
    assert_eq!(world.search(QUERY).await["errorCode"], 0);
}

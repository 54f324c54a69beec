use serde_json::{Value, json};

use super::world::{NOW_MS, World, people, uids};

async fn open(world: &World, query: &str) -> Value {
    world.call("accounts.search", &[("query", query), ("openCursor", "true")]).await
}

async fn next(world: &World, cursor: &str) -> Value {
    world.call("accounts.search", &[("cursorId", cursor)]).await
}

fn cursor(answer: &Value) -> Option<String> {
    answer["nextCursorId"].as_str().map(str::to_owned)
}

/// All pages of a query.
async fn pages(world: &World, query: &str) -> Vec<Vec<String>> {
    let mut answer = open(world, query).await;
    let mut pages = vec![uids(&answer)];
    while let Some(id) = cursor(&answer) {
        answer = next(world, &id).await;
        pages.push(uids(&answer));
    }
    pages
}

#[tokio::test]
async fn pages_hold_everything_once_in_every_order() {
    let world = World::with(&people(23)).await;
    for order in [
        "",
        "ORDER BY lastUpdatedTimestamp",
        "ORDER BY lastUpdatedTimestamp DESC",
        "ORDER BY createdTimestamp",
        "ORDER BY lastLogin",
        "ORDER BY profile.age, UID DESC",
        "ORDER BY UID DESC",
    ] {
        let whole = world.uids(&format!("SELECT UID FROM accounts {order}")).await;
        let pages = pages(&world, &format!("SELECT UID FROM accounts {order} LIMIT 5")).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 5, 5, 3], "{order}");
        assert_eq!(pages.concat(), whole, "{order}");
    }
    let some =
        pages(&world, "SELECT UID FROM accounts WHERE profile.age < 5 ORDER BY lastUpdatedTimestamp LIMIT 4")
            .await;
    assert_eq!(some.concat().len(), 13);
    let few = pages(&world, "SELECT UID FROM accounts WHERE UID in ('u01', 'u03', 'u02') LIMIT 2").await;
    assert_eq!(few, [vec!["u01", "u02"], vec!["u03"]]);
    let emails = pages(&world, "SELECT UID FROM emailAccounts ORDER BY lastUpdatedTimestamp LIMIT 7").await;
    assert_eq!(emails.concat().len(), 23);
}

#[tokio::test]
async fn a_full_last_page_leads_to_an_empty_one() {
    let world = World::with(&people(10)).await;
    let pages = pages(&world, "SELECT UID FROM accounts LIMIT 5").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 0]);
}

#[tokio::test]
async fn an_id_is_good_for_its_page_as_often_as_it_is_sent() {
    let world = World::with(&people(15)).await;
    let first = open(&world, "SELECT UID FROM accounts ORDER BY lastUpdatedTimestamp LIMIT 5").await;
    assert_eq!(first["totalCount"], 15);
    let id = cursor(&first).unwrap();
    let second = next(&world, &id).await;
    let again = next(&world, &id).await;
    assert_eq!(uids(&second), uids(&again));
    assert_eq!(second["totalCount"], 15);
    let ids = [id, cursor(&second).unwrap(), cursor(&again).unwrap()];
    assert!(ids[0] != ids[1] && ids[1] != ids[2] && ids[0] != ids[2]);
    assert_eq!(uids(&next(&world, &ids[1]).await), uids(&next(&world, &ids[2]).await));
}

#[tokio::test]
async fn a_cursor_that_was_left_for_300_seconds_is_gone() {
    let world = World::with(&people(15)).await;
    let query = "SELECT UID FROM accounts LIMIT 5";
    let id = cursor(&open(&world, query).await).unwrap();
    world.clock.advance(300_000);
    assert_eq!(next(&world, &id).await["errorCode"], 0);
    world.clock.advance(300_001);
    let answer = next(&world, &id).await;
    assert_eq!(answer["errorCode"], 400_006);
    assert!(answer["errorDetails"].as_str().unwrap().contains("300 seconds"), "{answer}");
}

#[tokio::test]
async fn what_changes_underneath_is_seen_and_what_is_deleted_is_not() {
    let world = World::with(&people(10)).await;
    for order in ["ORDER BY lastUpdatedTimestamp", "ORDER BY profile.firstName"] {
        let first = open(&world, &format!("SELECT UID FROM accounts {order} LIMIT 4")).await;
        assert_eq!(uids(&first), ["u00", "u01", "u02", "u03"]);
        world.delete("u06");
        let second = uids(&next(&world, &cursor(&first).unwrap()).await);
        assert!(second.starts_with(&["u04".into(), "u05".into(), "u07".into()]), "{second:?}");
        world.load(&people(7)[6..]);
    }
    // An account that is updated while a client reads by lastUpdatedTimestamp comes again at the end.
    let first = open(&world, "SELECT UID FROM accounts ORDER BY lastUpdatedTimestamp LIMIT 9").await;
    world.load(&[json!({"UID": "u01", "lastUpdatedTimestamp": NOW_MS + 60_000})]);
    assert_eq!(uids(&next(&world, &cursor(&first).unwrap()).await), ["u09", "u01"]);
}

#[tokio::test]
async fn pages_may_be_shorter_than_their_limit() {
    let world = World::start(&people(40), |options| options.short_pages = true).await;
    let query = "SELECT UID FROM accounts ORDER BY lastUpdatedTimestamp LIMIT 10";
    let found = pages(&world, query).await;
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [10, 8, 6, 4, 10, 2]);
    assert_eq!(found.concat().len(), 40);
    assert_eq!(found, pages(&world, query).await);
    assert_eq!(world.uids(query).await.len(), 10);
}

//! Searches that are read to the end with a cursor.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod script;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gigya::{Error, Pages, Search};
use script::{answer, client, refuse};

const QUERY: &str = "SELECT * FROM accounts LIMIT 2";

fn page(records: &str, next: Option<&str>) -> axum::http::Response<axum::body::Body> {
    let next = next.map(|id| format!(r#","nextCursorId":"{id}""#)).unwrap_or_default();
    answer(200, &format!(r#"{{"results":[{records}],"totalCount":4,"errorCode":0{next}}}"#))
}

async fn drain(pages: &mut Pages) -> Result<Vec<String>, Error> {
    let mut records = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page?;
        assert!(!page.is_empty() && page.total() == Some(4));
        records.extend(page.records().map(|record| String::from_utf8(record.to_vec()).unwrap()));
    }
    Ok(records)
}

#[tokio::test]
async fn short_empty_and_superfluous_pages_lose_and_double_nothing() {
    let (client, script) = client(vec![
        page("1,2", Some("c1")),
        page("3", Some("c2")),
        page("", Some("c3")),
        refuse(500_001, "in the middle"),
        page("4", Some("c4")),
        page("", None),
    ])
    .await;
    let mut pages = client.pages(Search::accounts(QUERY).account_types("full,lite"));
    assert_eq!(drain(&mut pages).await.unwrap(), ["1", "2", "3", "4"]);
    let seen = script.seen();
    assert_eq!(seen.len(), 6);
    assert!(seen.iter().all(|asked| asked.path == "/accounts.search"));
    assert_eq!((seen[0].params["query"].as_str(), seen[0].params["openCursor"].as_str()), (QUERY, "true"));
    assert_eq!(seen[0].params["accountTypes"], "full,lite");
    let cursors: Vec<_> = seen[1..].iter().map(|asked| asked.params["cursorId"].as_str()).collect();
    assert_eq!(cursors, ["c1", "c2", "c3", "c3", "c4"], "the same cursor again after a failure");
    assert!(seen[1..].iter().all(|asked| {
        ["query", "openCursor", "accountTypes", "timeout"]
            .iter()
            .all(|name| !asked.params.contains_key(*name))
    }));
}

#[tokio::test]
async fn no_page_is_asked_for_behind_the_records_that_are_wanted() {
    let (client, script) = client(vec![page("1,2", Some("c1")), page("3,4", Some("c2"))]).await;
    let wanted = Arc::new(AtomicU64::new(u64::MAX));
    let mut pages = client.pages(Search::accounts(QUERY).wanted(wanted.clone()));
    assert_eq!(drain(&mut pages).await.unwrap(), ["1", "2", "3", "4"]);
    assert_eq!((script.seen().len(), wanted.load(Ordering::Relaxed)), (2, 4));
}

#[tokio::test]
async fn an_expired_cursor_is_told_apart() {
    let (client, _) = client(vec![page("1,2", Some("c1")), refuse(400_006, "cursorId has expired")]).await;
    let mut pages = client.pages(Search::accounts(QUERY));
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 2, "what came before it is good");
    let error = pages.next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::CursorExpired { .. }), "{error:?}");
    assert!(pages.next().await.is_none());

    let (client, _) = self::client(vec![refuse(400_006, "no such field")]).await;
    let error = client.pages(Search::accounts(QUERY)).next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Refused { .. }), "a bad query is no expired cursor: {error:?}");
}

#[tokio::test]
async fn the_next_page_is_fetched_while_one_is_worked_on() {
    let (client, script) = client(vec![page("1", Some("c1")), page("2", Some("c2")), page("3", None)]).await;
    let mut pages = client.pages(Search::accounts(QUERY));
    let first = pages.next().await.unwrap().unwrap();
    // Nobody asks for more, and yet the server is asked.
    while script.seen().len() < 2 {
        script.asked.notified().await;
    }
    assert_eq!(first.record(0).unwrap(), "1");
    assert_eq!(drain(&mut pages).await.unwrap(), ["2", "3"]);
}

#[tokio::test]
async fn a_cursor_is_not_followed_for_ever() {
    let (client, script) = client((0..50).map(|_| page("", Some("c"))).collect()).await;
    let error = client.pages(Search::accounts(QUERY)).next().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Answer { .. }), "{error:?}");
    assert!(script.seen().len() < 20);
}

#[tokio::test]
async fn counts_and_the_other_searches_speak_the_same() {
    let (client, script) = client(vec![
        answer(200, r#"{"results":[{"count(*)":41}],"objectsCount":1,"totalCount":41,"errorCode":0}"#),
        answer(200, r#"{"result":[{"id":"f"}],"resultCount":1,"totalCount":4,"errorCode":0}"#),
        answer(200, r#"{"results":[{"uid":"u"}],"totalCount":4,"errorCode":0}"#),
    ])
    .await;
    assert_eq!(client.count(&Search::accounts("SELECT count(*) FROM accounts")).await.unwrap(), 41);
    let mut flows = client.pages(Search::idx("SELECT * FROM dataflow"));
    assert_eq!(drain(&mut flows).await.unwrap(), [r#"{"id":"f"}"#]);
    let mut audit = client.pages(Search::audit("SELECT * FROM auditLog"));
    assert_eq!(drain(&mut audit).await.unwrap(), [r#"{"uid":"u"}"#]);
    let paths: Vec<String> = script.seen().into_iter().map(|asked| asked.path).collect();
    assert_eq!(paths, ["/accounts.search", "/idx.search", "/audit.search"]);
}

//! From a dropped file to users in the tenant.

use super::Page;
use super::uploads::drop_files;
use crate::work::State;

fn accounts(count: usize) -> String {
    (0..count)
        .map(|n| format!("{{\"UID\":\"u{n}\",\"profile\":{{\"email\":\"u{n}@example.com\"}},\"isRegistered\":true,\"isActive\":true}}\n"))
        .collect()
}

#[tokio::test]
async fn a_file_is_imported_and_its_report_read() {
    let page = Page::open().await;
    let token = page.app.guard().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(30))]).await;
    page.until(|state| *state == State::Ready).await;
    page.get("/import").await.shows("Start Importing Users");
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;

    let run = page.app.work().all().pop().unwrap().name();
    page.get(&format!("/runs/{run}")).await.shows("30");
    page.get(&format!("/runs/{run}/jobs")).await.shows("1 attempts");
    let map = page.get(&format!("/runs/{run}/files/id-map.csv")).await;
    assert_eq!(map.body.lines().count(), 31);
    let client = page.app.tenant().await.unwrap().client;
    assert!(client.user("auth0|u7").await.unwrap().is_some());

    page.post("/import/clear", &[]).await;
    assert!(!page.get("/import").await.body.contains("users.ndjson"));
    page.get("/runs").await.shows(&run);
}

#[tokio::test]
async fn only_files_of_the_contract_are_handed_out() {
    let page = Page::open().await;
    let token = page.app.guard().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(1))]).await;
    page.until(|state| *state == State::Ready).await;
    let run = page.app.work().all().pop().unwrap().name();
    for path in [
        format!("/runs/{run}/files/manifest.json"),
        format!("/runs/{run}/files/..%2F..%2Fpage%2Fsession"),
        format!("/runs/{run}/files/ledger.sqlite"),
        "/runs/..%2Fpage".to_owned(),
        "/runs/..%2Fpage/files/session".to_owned(),
    ] {
        assert_eq!(page.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn what_is_ready_can_go_and_what_was_imported_cannot() {
    let page = Page::open().await;
    let token = page.app.guard().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(1))]).await;
    page.until(|state| *state == State::Ready).await;
    let item = page.app.work().all().pop().unwrap();
    page.post(&format!("/import/{}/remove", item.name()), &[]).await;
    assert!(page.app.work().all().is_empty() && !item.folder().path().exists());

    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(1))]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    let item = page.app.work().all().pop().unwrap();
    assert_eq!(page.post(&format!("/import/{}/remove", item.name()), &[]).await.status, 409);
    assert!(item.folder().path().exists());
}

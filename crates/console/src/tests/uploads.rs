//! Files that are dropped.

use axum::body::Body;
use axum::http::{StatusCode, header};

use super::{Answer, Page};
use crate::work::State;

/// Sends files as a form without the script does.
pub(super) async fn drop_files(page: &Page, token: Option<&str>, files: &[(&str, &str)]) -> Answer {
    let mut body = String::new();
    if let Some(token) = token {
        body.push_str(&format!("--x\r\ncontent-disposition: form-data; name=\"csrf\"\r\n\r\n{token}\r\n"));
    }
    for (name, text) in files {
        body.push_str(&format!(
            "--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"{name}\"\r\ncontent-type: application/json\r\n\r\n{text}\r\n"
        ));
    }
    body.push_str("--x--\r\n");
    let request = page.request("POST", "/import/files");
    let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=x");
    page.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_file_without_the_token_is_not_taken() {
    let page = Page::open().await;
    for token in [None, Some("0123")] {
        let answer = drop_files(&page, token, &[("a.json", "[]")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert!(page.app.work().all().is_empty() && page.app.setup().home().run_names().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_stays_in_the_run() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let answer = drop_files(&page, Some(&token), &[("../../../escape.json", r#"{"UID":"a"}"#)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let item = page.app.work().all().remove(0);
    assert!(item.folder().file("upload").join("escape.json").is_file());
    assert_eq!(item.files()[0].name, "escape.json");
}

#[tokio::test]
async fn files_of_every_kind_are_prepared_and_a_broken_one_says_so() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let accounts = r#"{"UID":"a","profile":{"email":"a@example.com"},"isRegistered":true,"isActive":true}"#;
    let users = r#"[{"user_id":"b","email":"b@example.com"}]"#;
    let table = "user_id,email\nc,c@example.com\n";
    // Users join the users who wait already.
    for (name, text, count) in
        [("gigya.ndjson", accounts, 1), ("auth0.json", users, 1), ("users.csv", table, 2)]
    {
        drop_files(&page, Some(&token), &[(name, text)]).await;
        page.until(|state| *state == State::Ready).await;
        let item = page.app.work().all().pop().unwrap();
        let counters = engine::books::read_report(item.folder()).counters;
        assert_eq!((counters.read, counters.packed), (Some(count), Some(count)), "{name}");
    }
    drop_files(
        &page,
        Some(&token),
        &[("half.json", r#"[{"UID":"a","profile":{"email":"d@example.com"},"isRegistered":true},{"UID":"#)],
    )
    .await;
    // It joins the accounts, and is left out until a person takes what was read of it.
    page.all_until(|state| *state == State::Ready).await;
    page.get("/import").await.shows("breaks off");
}

#[tokio::test]
async fn html_in_a_file_name_and_in_an_account_is_text() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let account = r#"{"UID":"<img src=x onerror=alert(1)>","profile":{"email":"<script>alert(2)</script>"},"isRegistered":true}"#;
    drop_files(&page, Some(&token), &[("<b>bold<b>.ndjson", account)]).await;
    page.until(|state| *state == State::Ready).await;
    let item = page.app.work().all().pop().unwrap();
    for path in [
        "/".to_owned(),
        "/import".into(),
        format!("/runs/{}", item.name()),
        format!("/runs/{}/set-aside", item.name()),
    ] {
        let answer = page.get(&path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        for bad in ["<img src=x", "<script>alert", "<b>bold"] {
            assert!(!answer.body.contains(bad), "{bad} in {path}");
        }
    }
    page.get("/import").await.shows("&lt;b&gt;bold&lt;b&gt;.ndjson");
}

fn account(uid: &str, email: &str) -> String {
    format!(
        "{{\"UID\":\"{uid}\",\"profile\":{{\"email\":\"{email}\"}},\"isRegistered\":true,\"isActive\":true}}\n"
    )
}

#[tokio::test]
async fn files_of_one_kind_are_one_run_and_doubles_across_them_are_found() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let (one, two) = (account("a", "same@example.com"), account("b", "same@example.com"));
    let users = "user_id,email\nc,c@example.com\n";
    drop_files(&page, Some(&token), &[("one.ndjson", &one), ("users.csv", users), ("two.ndjson", &two)])
        .await;
    // One that comes later joins them, and one of the same name has another.
    drop_files(&page, Some(&token), &[("one.ndjson", &account("d", "d@example.com"))]).await;
    page.all_until(|state| *state == State::Ready).await;
    let items = page.app.work().all();
    assert_eq!(items.len(), 2, "accounts and users");
    let names: Vec<String> = items[0].files().into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["one.ndjson", "two.ndjson", "one (2).ndjson"]);
    let report = items[0].report();
    assert_eq!(
        (report.counters.read, report.counters.set_aside, report.counters.packed),
        (Some(3), Some(1), Some(2))
    );
    assert_eq!(report.causes[0].code, "duplicate_email");
    let of = |name: &str| items[0].counted(name, &report.inputs).unwrap();
    assert_eq!([of("one.ndjson").read, of("two.ndjson").read, of("one (2).ndjson").read], [1, 1, 1]);
    assert_eq!(of("one.ndjson").set_aside + of("two.ndjson").set_aside, 1);
    let shown = page.get("/import").await;
    shown.shows("one.ndjson and 2 more");
    shown.shows("Several runs are ready");

    // What is ordered takes no more files.
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.all_until(|state| *state == State::Done).await;
    drop_files(&page, Some(&token), &[("late.ndjson", &one)]).await;
    page.all_until(|state| matches!(state, State::Done | State::Ready)).await;
    assert_eq!(page.app.work().all().len(), 3);
}

#[tokio::test]
async fn a_file_that_breaks_off_holds_no_other_back() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let half = format!("[{},{{\"UID\":", account("h", "h@example.com").trim_end());
    let whole = account("a", "a@example.com");
    drop_files(&page, Some(&token), &[("half.json", &half), ("whole.ndjson", &whole)]).await;
    page.until(|state| *state == State::Ready).await;
    let item = page.app.work().all().pop().unwrap();
    let packed = || item.report().counters.packed;
    assert_eq!(packed(), Some(1));
    let shown = page.get("/import").await;
    shown.shows("it is left out");
    shown.shows("Take what was read");

    let path = format!("/import/{}/files", item.name());
    page.post(&format!("{path}/take"), &[("file", "half.json")]).await;
    page.until(|state| *state == State::Ready).await;
    assert_eq!(packed(), Some(2));
    page.get("/import").await.shows("read, as far as it goes");

    page.post(&format!("{path}/remove"), &[("file", "half.json")]).await;
    page.until(|state| *state == State::Ready).await;
    assert_eq!((packed(), item.files().len()), (Some(1), 1));
    assert!(!item.folder().file("upload").join("half.json").exists());
    for name in ["../manifest.json", "half.json"] {
        let answer = page.post(&format!("{path}/remove"), &[("file", name)]).await;
        assert_eq!(answer.status, StatusCode::CONFLICT, "{name}");
    }
    assert!(item.folder().file("manifest.json").is_file());
    page.post(&format!("{path}/remove"), &[("file", "whole.ndjson")]).await;
    assert!(
        page.app.work().all().is_empty() && !item.folder().path().exists(),
        "the last file takes the run along"
    );
}

#[tokio::test]
async fn what_an_earlier_process_did_not_receive_whole_is_gone() {
    let page = Page::open().await;
    let rest = page.app.setup().uploads().join("rest");
    std::fs::create_dir_all(rest.parent().unwrap()).unwrap();
    std::fs::write(&rest, "half a file").unwrap();
    let page = page.again().await;
    assert!(!rest.exists());
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("a.ndjson", &account("a", "a@example.com"))]).await;
    assert_eq!(std::fs::read_dir(rest.parent().unwrap()).unwrap().count(), 0, "what is whole has moved");
}

#[tokio::test]
async fn what_is_held_in_memory_is_bounded() {
    let page = Page::open().await;
    // A token as long as a file is refused before it is whole.
    let endless = "0".repeat(5_000);
    let answer = drop_files(&page, Some(&endless), &[("a.json", "[]")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("csrf"), "{}", answer.body);
    // A form is bounded also when its token comes in a header.
    let request = page.request("POST", "/import/choices").header("x-csrf-token", page.app.session().csrf());
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let large = format!("spill={}", "a".repeat(9 * 1024 * 1024));
    let answer = page.send(request.body(Body::from(large)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("length limit exceeded"), "{}", answer.body);
}

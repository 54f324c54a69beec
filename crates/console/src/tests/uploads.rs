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
    assert!(page.app.work().all().is_empty() && page.app.home().run_names().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_stays_in_the_run() {
    let page = Page::open().await;
    let token = page.app.guard().csrf().to_owned();
    let answer = drop_files(&page, Some(&token), &[("../../../escape.json", r#"{"UID":"a"}"#)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let item = page.app.work().all().remove(0);
    assert!(item.folder().file("upload").join("escape.json").is_file());
    assert_eq!(item.files()[0].name, "escape.json");
}

#[tokio::test]
async fn files_of_every_kind_are_prepared_and_a_broken_one_says_so() {
    let page = Page::open().await;
    let token = page.app.guard().csrf().to_owned();
    let accounts = r#"{"UID":"a","profile":{"email":"a@example.com"},"isRegistered":true,"isActive":true}"#;
    let users = r#"[{"user_id":"b","email":"b@example.com"}]"#;
    let table = "user_id,email\nc,c@example.com\n";
    for (name, text) in [("gigya.ndjson", accounts), ("auth0.json", users), ("users.csv", table)] {
        drop_files(&page, Some(&token), &[(name, text)]).await;
        page.until(|state| *state == State::Ready).await;
        let item = page.app.work().all().pop().unwrap();
        let counters = engine::books::read_report(item.folder()).counters;
        assert_eq!((counters.read, counters.packed), (Some(1), Some(1)), "{name}");
    }
    drop_files(
        &page,
        Some(&token),
        &[("half.json", r#"[{"UID":"a","profile":{"email":"d@example.com"},"isRegistered":true},{"UID":"#)],
    )
    .await;
    page.until(|state| matches!(state, State::Cut(_))).await;
    page.get("/import").await.shows("breaks off");
}

#[tokio::test]
async fn html_in_a_file_name_and_in_an_account_is_text() {
    let page = Page::open().await;
    let token = page.app.guard().csrf().to_owned();
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

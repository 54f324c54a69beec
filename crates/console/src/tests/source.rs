//! A source is chosen, its keys are tried, its accounts are counted.

use axum::Router;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Page;
use crate::work::State;

/// Waits until nothing is counted any more.
pub(super) async fn counted(page: &Page) {
    while page.app.census().running().is_some() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_local_site_is_chosen_and_counted() {
    let page = Page::open().await;
    page.get("/source").await.shows("Use the local site");
    page.post("/source", &[("kind", "local_site")]).await;
    let shown = page.get("/source").await;
    shown.shows("was filled with the sample");
    shown.shows("Count the accounts");
    page.post("/source/count", &[]).await;
    page.get("/source").await.shows("hx-trigger=\"every 500ms\"");
    counted(&page).await;
    let shown = page.get("/source/count").await;
    for text in [
        "How passwords are stored",
        "pbkdf2_sha256",
        "md5_crypt",
        "cannot move",
        "Countries",
        "Last login",
        "never",
        "email_invalid",
        "hx-swap-oob",
        "The accounts are counted.",
    ] {
        shown.shows(text);
    }
    assert!(!shown.body.contains("every 500ms"), "nothing moves any more");
    page.get("/source/fields").await.shows("lastLoginTimestamp");
    // It is there at once after a restart, and says so when the mapping is another.
    let source = page.app.setup().memory().source.unwrap();
    assert!(
        crate::census::Census::open(&page.app.setup().home().path().join("page")).counted(&source).is_some()
    );
    page.app.setup().keep_mapping(Some("version = 1\n")).unwrap();
    page.get("/source").await.shows("The mapping has changed since.");
}

#[tokio::test]
async fn files_are_counted_and_a_change_is_noticed() {
    let page = Page::open().await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("accounts.ndjson");
    let account = |uid: &str| json!({"UID": uid, "<b>bold</b>": 1, "profile": {"country": "<i>x</i>", "email": format!("{uid}@example.com")}});
    std::fs::write(&path, account("a").to_string()).unwrap();
    let name = path.to_str().unwrap();
    assert_eq!(
        page.post("/source", &[("kind", "files"), ("path", "/no/such")]).await.status,
        StatusCode::BAD_REQUEST
    );
    page.post("/source", &[("kind", "files"), ("path", name)]).await;
    page.post("/source/count", &[]).await;
    counted(&page).await;
    let shown = page.get("/source").await;
    shown.shows("&lt;b&gt;bold&lt;/b&gt;");
    shown.shows("&lt;i&gt;x&lt;/i&gt;");
    assert!(!shown.body.contains("<b>bold"));
    assert!(!shown.body.contains("have changed"));
    std::fs::write(&path, format!("{}\n{}", account("a"), account("b"))).unwrap();
    page.get("/source").await.shows("The files have changed since.");
    // What is wrong with another source stands above the figures of this one.
    let wrong = page.post("/source", &[("kind", "files"), ("path", "/no/such")]).await.body;
    assert!(wrong.find("/no/such: ").unwrap() < wrong.find("How passwords are stored").unwrap());
    // Another source has no figures yet.
    page.post("/source", &[("kind", "files"), ("path", dir.path().to_str().unwrap())]).await;
    page.get("/source").await.shows("Nothing is known about them yet.");
    std::fs::write(&path, json!({"user_id": "u", "email": "u@example.com"}).to_string()).unwrap();
    page.post("/source/count", &[]).await;
    counted(&page).await;
    page.get("/source").await.shows("not accounts of a Gigya site");
}

#[tokio::test]
async fn keys_are_tried_and_explained_and_never_stored() {
    let page = Page::open().await;
    let site = page.app.setup().local_site().await.unwrap();
    let site = site.site();
    let form = |secret: &'static str| {
        vec![
            ("kind", "site".to_owned()),
            ("address", site.url.clone()),
            ("api_key", site.api_key.clone()),
            ("user_key", site.user_key.clone()),
            ("secret", if secret.is_empty() { site.secret.clone() } else { secret.to_owned() }),
            ("private_key", String::new()),
        ]
    };
    let send = async |path: &str, fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        page.post(path, &fields).await
    };
    send("/source/keys", form("")).await.shows("The keys work");
    let wrong = send("/source/keys", form("d3Jvbmc=")).await;
    wrong.shows("The keys do not work");
    assert!(wrong.body.contains("403003") || wrong.body.contains("signature"), "{}", wrong.body);
    assert_eq!(send("/source", form("d3Jvbmc=")).await.status, StatusCode::CONFLICT);
    assert!(page.app.setup().site().is_none());
    assert_eq!(send("/source", form("")).await.status, StatusCode::SEE_OTHER);
    assert!(page.app.setup().site().is_some());
    let shown = page.get("/source").await;
    shown.shows(&site.url);
    assert!(!shown.body.contains(&site.secret));
    let stored = std::fs::read_to_string(page.app.setup().home().path().join("page/memory.json")).unwrap();
    assert!(!stored.contains(&site.secret) && !stored.contains(&site.user_key), "{stored}");
    page.app.setup().keep_site(None);
    page.get("/source").await.shows("Enter them again below.");
}

/// A door before a site that counts one account more than the site has, wherever it is asked.
async fn miscounting(site: &str) -> String {
    let (site, http) = (site.to_owned(), reqwest::Client::new());
    let forward = move |request: Request| async move {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let url = format!("{site}{}", parts.uri.path());
        let answer = http.post(url).headers(parts.headers).body(body).send().await.unwrap();
        let mut answer: Value = answer.json().await.unwrap();
        if let Some(count) = answer.pointer_mut("/results/0/count(*)") {
            *count = (count.as_u64().unwrap() + 1).into();
        }
        axum::Json(answer)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(forward)).await });
    address
}

#[tokio::test]
async fn a_site_that_counts_more_than_it_gives_is_read_again_or_taken_as_it_is() {
    let page = Page::open().await;
    let local = page.app.setup().local_site().await.unwrap();
    let site = local.site();
    let door = miscounting(&site.url).await;
    let fields = [
        ("kind", "site"),
        ("address", &door),
        ("api_key", &site.api_key),
        ("user_key", &site.user_key),
        ("secret", &site.secret),
        ("private_key", ""),
    ];
    assert_eq!(page.post("/source", &fields).await.status, StatusCode::SEE_OTHER);
    page.post("/import/source", &[]).await;
    let incomplete = |state: &State| matches!(state, State::Incomplete(_));
    page.until(incomplete).await;
    let shown = page.get("/import").await;
    shown.shows("accounts are missing");
    shown.shows("Go on without them");
    let run = page.app.work().all().pop().unwrap().name();
    page.post(&format!("/import/{run}/again"), &[]).await;
    page.until(|state| *state == State::Reading).await;
    page.until(incomplete).await;
    page.post(&format!("/import/{run}/without"), &[]).await;
    page.until(|state| *state == State::Ready).await;
    page.get(&format!("/runs/{run}")).await.shows("site_incomplete");
}

#[tokio::test]
async fn a_file_of_no_records_is_not_counted_as_clean() {
    let page = Page::open().await;
    let file = page.app.setup().home().path().join("photo.png");
    std::fs::write(&file, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR").unwrap();
    page.post("/source", &[("kind", "files"), ("path", file.to_str().unwrap())]).await;
    page.post("/source/count", &[]).await;
    counted(&page).await;
    let shown = page.get("/source").await;
    shown.shows("neither JSON");
    assert!(!shown.body.contains("<p>None.</p>"), "{}", shown.body);
}

#[tokio::test]
async fn a_pipe_is_no_source_since_nothing_would_ever_come_of_it() {
    let page = Page::open().await;
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let answer = page.post("/source", &[("kind", "files"), ("path", pipe.to_str().unwrap())]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("this is no file"), "{}", answer.body);
    assert!(page.app.setup().memory().source.is_none());
}

#[tokio::test]
async fn the_overview_says_the_next_step_of_what_is_chosen() {
    let page = Page::open().await;
    page.get("/").await.shows("Begin with the database connection");
    page.app.setup().remember(|memory| memory.connection = Some("customers".to_owned())).unwrap();
    page.get("/").await.shows("Choose a source");
    page.post("/source", &[("kind", "local_site")]).await;
    page.get("/").await.shows("Prepare the accounts");
}

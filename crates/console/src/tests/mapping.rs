//! An account and its user side by side, and a mapping that is edited.

use axum::body::Body;
use axum::http::header;
use serde_json::json;

use super::{Answer, Page};

async fn with_accounts() -> (Page, tempfile::TempDir) {
    let page = Page::open().await;
    let dir = tempfile::tempdir().unwrap();
    let account = |uid: &str, email: &str| {
        json!({"UID": uid, "profile": {"email": email, "firstName": "<b>Ann</b>", "nowhere": "x"}, "isActive": true,
            "password": {"hash": "X03MO1qnZdYdgyfeuILPmQ==", "hashSettings": {"algorithm": "md5"}}})
        .to_string()
    };
    let text = [
        account("one", "one@example.com"),
        account("two", "no address"),
        account("three", "three@example.com"),
    ];
    let path = dir.path().join("accounts.ndjson");
    std::fs::write(&path, text.join("\n")).unwrap();
    page.post("/source", &[("kind", "files"), ("path", path.to_str().unwrap())]).await;
    (page, dir)
}

/// What htmx asks for.
async fn look(page: &Page, fields: &[(&str, &str)]) -> Answer {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("csrf", page.app.session().csrf()).extend_pairs(fields);
    let request = page.request("POST", "/mapping/look").header("hx-request", "true");
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    page.send(request.body(Body::from(form.finish())).unwrap()).await
}

#[tokio::test]
async fn the_first_account_stands_beside_its_user() {
    let (page, _dir) = with_accounts().await;
    let shown = page.get("/mapping").await;
    for text in [
        "Account 1 of the source",
        "This user can be imported.",
        "Its password moves with it.",
        "&lt;b&gt;Ann&lt;/b&gt;",
        "a hash (md5)",
        "a hash that Auth0 can check (md5)",
        "reaches nowhere",
        "<path d=",
        "value=\"#0\"",
    ] {
        shown.shows(text);
    }
    assert!(!shown.body.contains("<b>Ann") && !shown.body.contains("X03MO1"));
    let line = mapping::DEFAULT.lines().position(|line| line.starts_with("given_name")).unwrap() + 1;
    shown.shows(&format!("from profile.firstName</span><small>line {line}</small>"));
}

#[tokio::test]
async fn another_account_is_chosen_by_place_uid_and_address() {
    let (page, _dir) = with_accounts().await;
    let document = mapping::DEFAULT;
    let next = look(&page, &[("document", document), ("account", "#0"), ("act", "next")]).await;
    next.shows("Account 2 of the source");
    next.shows("email_invalid");
    assert!(!next.body.contains("<nav"), "only the result is drawn anew");
    for name in ["three", "THREE@example.com"] {
        look(&page, &[("document", document), ("account", "#0"), ("name", name), ("act", "show")])
            .await
            .shows("three@example.com");
    }
    look(&page, &[("document", document), ("account", "#2"), ("act", "next")])
        .await
        .shows("Account 1 of the source");
    look(&page, &[("document", document), ("account", "#0"), ("act", "random")])
        .await
        .shows(" of the source");
    look(&page, &[("document", document), ("name", "<x>"), ("act", "show")]).await.shows("&lt;x&gt;");
    // Without a script the whole page comes, with what was edited.
    let whole = page
        .post("/mapping/look", &[("document", "version = 1\n# mine\n"), ("account", "#0"), ("act", "next")])
        .await;
    whole.shows("# mine");
    whole.shows("<nav");
}

#[tokio::test]
async fn a_change_shows_at_once_and_is_used_when_it_is_kept() {
    let (page, _dir) = with_accounts().await;
    let own = "version = 1\r\n[user]\r\nuser_id = \"UID\"\r\nemail = \"profile.email\"\r\nnickname = \"profile.nowhere\"\r\n";
    let shown = look(&page, &[("document", own), ("account", "#0")]).await;
    shown.shows("from profile.nowhere</span><small>line 5</small>");
    shown.shows("id=\"kept\" hx-swap-oob=\"innerHTML\"><strong class=\"bad\">Not kept yet.");
    let same = look(&page, &[("document", mapping::DEFAULT), ("account", "#0")]).await;
    same.shows("This mapping is used by the next run: the default one.");
    assert!(!same.body.contains("Not kept yet"));
    // Without a script the page says the same, beside the button, too.
    let whole = page.post("/mapping/look", &[("document", own), ("account", "#0")]).await;
    assert_eq!(whole.body.matches("Not kept yet.").count(), 2, "{}", whole.body);
    assert!(!whole.body.contains("used by the next run."));
    let broken = "version = 1\n[user]\nmail = \"x\"\n";
    let shown = look(&page, &[("document", broken), ("account", "#0")]).await;
    shown.shows("Line 3, column 1: unknown key `mail` of user");
    shown.shows("data-line=\"3\">Go to line 3</a>");
    page.post("/mapping", &[("document", broken), ("account", "#0")]).await.shows("Line 3, column 1");
    assert_eq!(page.app.setup().mapping_text(), mapping::DEFAULT);
    page.post("/mapping", &[("document", own), ("account", "#0")]).await;
    assert_eq!(page.app.setup().mapping_text(), own.replace("\r\n", "\n"));
    let kept = page.get("/mapping").await;
    kept.shows("This mapping is used by the next run.");
    assert!(!kept.body.contains("Not kept yet"));
    page.post("/import/source", &[]).await;
    page.until(|state| *state == crate::work::State::Ready).await;
    let folder = page.app.work().all().pop().unwrap().folder().clone();
    assert_eq!(std::fs::read_to_string(folder.file("mapping.toml")).unwrap(), own.replace("\r\n", "\n"));
    assert!(std::fs::read_to_string(folder.part(1)).unwrap().contains("\"nickname\":\"x\""));
    page.post("/mapping/default", &[]).await;
    assert_eq!(page.app.setup().mapping_text(), mapping::DEFAULT);
}

#[tokio::test]
async fn an_account_of_the_site_is_looked_at() {
    let page = Page::open().await;
    page.post("/source", &[("kind", "local_site")]).await;
    page.get("/mapping").await.shows("Account 1 of the source");
    let document = mapping::DEFAULT;
    let shown = look(&page, &[("document", document), ("account", "#0"), ("act", "next")]).await;
    shown.shows("Account 2 of the source");
    let uid =
        shown.body.split("<code>UID</code> <span>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    look(&page, &[("document", document), ("name", &uid), ("act", "show")])
        .await
        .shows(&format!("<span>{uid}</span>"));
}

#[tokio::test]
async fn without_a_source_there_is_nothing_to_look_at() {
    let page = Page::open().await;
    page.get("/mapping").await.shows("No source is chosen");
}

#[tokio::test]
async fn a_mapping_that_is_no_utf_8_any_more_is_not_taken_for_none() {
    let page = Page::open().await;
    let mut bytes = b"# mine \xe9\n".to_vec();
    bytes.extend_from_slice(mapping::DEFAULT.as_bytes());
    std::fs::write(page.app.setup().home().path().join("page/mapping.toml"), bytes).unwrap();
    page.get("/mapping").await.shows("# mine \u{fffd}");
}

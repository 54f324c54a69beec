//! A user who was set aside is mended in the page and arrives in the tenant.

use axum::http::StatusCode;
use serde_json::json;

use super::Page;
use crate::work::State;

/// A run of some accounts, imported; gives its name.
async fn run_of(page: &Page, dir: &tempfile::TempDir, text: &str) -> String {
    let path = dir.path().join("accounts.ndjson");
    std::fs::write(&path, text).unwrap();
    page.post("/source", &[("kind", "files"), ("path", path.to_str().unwrap())]).await;
    page.post("/import/source", &[]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    page.app.work().all().pop().unwrap().name()
}

fn account(uid: &str, email: &str) -> String {
    json!({"UID": uid, "emails": {"verified": [email]}, "profile": {"email": email, "firstName": "Ann"}, "data": {"x": "<b>y</b>"},
        "password": {"hash": "X03MO1qnZdYdgyfeuILPmQ==", "hashSettings": {"algorithm": "md5"}}})
    .to_string()
}

/// The place of the only link that mends somebody.
fn place(body: &str) -> String {
    body.split("href=\"").find(|part| part.contains(">Mend<")).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_user_is_mended_and_sent_again() {
    let (page, dir) = (Page::open().await, tempfile::tempdir().unwrap());
    let run = run_of(
        &page,
        &dir,
        &[account("one", "one@example.com"), account("two", "two at example")].join("\n"),
    )
    .await;
    let list = page.get(&format!("/runs/{run}/set-aside")).await;
    list.shows("email_invalid");
    let path = place(&list.body);
    let form = page.get(&path).await;
    for text in [
        "Mend two",
        "It would be set aside again",
        "Its password hash goes with it",
        "&lt;b&gt;y&lt;/b&gt;",
        "value=\"two at example\"",
    ] {
        form.shows(text);
    }
    assert!(!form.body.contains("X03MO1"), "no hash is shown");
    // The address is about to be another one, and that one nobody has verified.
    form.shows("<input type=\"checkbox\" name=\"verified\">");

    let rest = r#"{"user_id":"two","user_metadata":{"a":1}}"#;
    page.post(&format!("{path}/judge"), &[("email", "two@"), ("rest", rest)])
        .await
        .shows("It would be set aside again");
    page.post(&format!("{path}/judge"), &[("email", "two@example.com"), ("rest", rest)])
        .await
        .shows("Auth0 takes this user, with its password");
    page.post(&format!("{path}/judge"), &[("email", "x"), ("rest", "{")]).await.shows("is no JSON object");
    page.post(&path, &[("email", "two@"), ("rest", rest)]).await.shows("would be set aside again");
    let stored = page.post(&path, &[("email", "two@example.com"), ("rest", rest)]).await;
    assert_eq!(stored.status, StatusCode::SEE_OTHER);
    let list = page.get(stored.location()).await;
    list.shows("waits to be sent again");
    list.shows("One mended user waits to be sent.");

    let sent = page.post(&format!("/runs/{run}/retry"), &[]).await;
    assert_eq!(sent.location(), "/import", "{}", sent.body);
    page.until(|state| *state == State::Done).await;
    let client = page.app.setup().tenant().await.unwrap().client;
    let user = client.user("auth0|two").await.unwrap().unwrap();
    assert_eq!((&user["email"], &user["user_metadata"]), (&json!("two@example.com"), &json!({"a": 1})));
    assert_eq!(user["email_verified"], false, "it was typed by hand");
    let again = format!("{run}-retry-1");
    page.get(&format!("/runs/{run}/set-aside")).await.shows(&format!("sent with <a href=\"/runs/{again}\">"));
    page.get(&path).await.shows("was mended and sent with run");
    page.get(&format!("/runs/{run}")).await.shows(&again);
    assert_eq!(
        page.post(&format!("/runs/{run}/retry"), &[]).await.status,
        StatusCode::CONFLICT,
        "nobody waits"
    );
}

#[tokio::test]
async fn a_broken_record_is_mended_as_text_without_showing_its_hash() {
    let (page, dir) = (Page::open().await, tempfile::tempdir().unwrap());
    let broken = account("two", "two@example.com").replace("\"data\"", "data\"");
    let run = run_of(&page, &dir, &[account("one", "one@example.com"), broken.clone()].join("\n")).await;
    let path = place(&page.get(&format!("/runs/{run}/set-aside?code=broken_json")).await.body);
    let form = page.get(&path).await;
    form.shows("There is no user in this record yet");
    form.shows("(hidden 1)");
    assert!(!form.body.contains("X03MO1"));
    let mended = broken.replace("X03MO1qnZdYdgyfeuILPmQ==", "(hidden 1)").replace("data\":", "\"data\":");
    let form = page.post(&format!("{path}/record"), &[("record", &mended)]).await;
    form.shows("value=\"two@example.com\"");
    // Not the address is wrong with it.
    form.shows("<input type=\"checkbox\" name=\"verified\" checked>");
    assert!(!form.body.contains("X03MO1"));
    let fields = [
        ("record", mended.as_str()),
        ("email", "two@example.com"),
        ("verified", "on"),
        ("rest", r#"{"user_id":"two"}"#),
    ];
    assert_eq!(page.post(&path, &fields).await.status, StatusCode::SEE_OTHER);
    let line =
        std::fs::read_to_string(page.app.setup().home().runs().join(&run).join("mended.ndjson")).unwrap();
    assert!(line.contains("custom_password_hash"), "its hash goes with it");
    assert!(line.contains("\"email_verified\":true"), "it was ticked: {line}");
}

#[tokio::test]
async fn who_lost_to_another_account_is_told_which() {
    let (page, dir) = (Page::open().await, tempfile::tempdir().unwrap());
    let run = run_of(
        &page,
        &dir,
        &[account("one", "same@example.com"), account("two", "same@example.com")].join("\n"),
    )
    .await;
    let list = page.get(&format!("/runs/{run}/set-aside")).await;
    let form = page.get(&place(&list.body)).await;
    form.shows("has the same address and comes first");
    form.shows("an identifier of its own");
}

#[tokio::test]
async fn a_place_that_is_none_and_an_input_that_is_gone_are_told() {
    let (page, dir) = (Page::open().await, tempfile::tempdir().unwrap());
    let run = run_of(
        &page,
        &dir,
        &[account("one", "one@example.com"), account("two", "two at example")].join("\n"),
    )
    .await;
    let path = place(&page.get(&format!("/runs/{run}/set-aside")).await.body);
    assert_eq!(page.get(&format!("/runs/{run}/set-aside/7")).await.status, StatusCode::NOT_FOUND);
    std::fs::remove_file(dir.path().join("accounts.ndjson")).unwrap();
    let gone = page.get(&path).await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
    assert!(gone.body.contains("cannot be read any more"), "{}", gone.body);
}

/// Lines of a file of a run.
fn lines(page: &Page, run: &str, name: &str) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(page.app.setup().home().runs().join(run).join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn who_was_refused_is_mended_and_sent_in_that_form() {
    let (page, dir) = (Page::open().await, tempfile::tempdir().unwrap());
    // Somebody else has the addresses of two of them.
    let there = [
        json!({"user_id": "x", "email": "one@example.com"}),
        json!({"user_id": "y", "email": "two@example.com"}),
    ];
    run_of(&page, &dir, &there.map(|user| user.to_string()).join("\n")).await;
    let mut first: serde_json::Value = serde_json::from_str(&account("one", "one@example.com")).unwrap();
    first["identities"] = json!([{"provider": "facebook", "providerUID": "7"}]);
    let all = [first.to_string(), account("two", "two@example.com"), account("three", "three@example.com")];
    let run = run_of(&page, &dir, &all.join("\n")).await;
    page.get(&format!("/runs/{run}")).await.shows("Who was refused");
    let list = page.get(&format!("/runs/{run}/refused")).await;
    list.shows("2 users failed at the tenant.");
    list.shows("email_taken");
    let path = place(&list.body);
    let form = page.get(&path).await;
    form.shows("Mend one");
    form.shows("The tenant said:");
    form.shows("Its password hash goes with it");
    assert!(!form.body.contains("X03MO1"), "no hash is shown");
    let rest = r#"{"user_id":"one","given_name":"Ann"}"#;
    page.post(&path, &[("email", "one@"), ("rest", rest)]).await.shows("would be set aside again");
    let stored = page.post(&path, &[("email", "first@example.com"), ("rest", rest)]).await;
    assert_eq!(stored.location(), format!("/runs/{run}/refused?code=email_taken"), "{}", stored.body);
    let list = page.get(&format!("/runs/{run}/refused")).await;
    list.shows("1 mended and 1 failed users can be sent.");
    list.shows("waits to be sent");

    page.post(&format!("/runs/{run}/retry"), &[]).await;
    page.until(|state| *state == State::Done).await;
    let again = format!("{run}-retry-1");
    let counters = engine::books::read_report(page.app.work().find(&again).unwrap().folder()).counters;
    assert_eq!((counters.read, counters.imported, counters.failed), (Some(2), Some(1), Some(1)));
    let client = page.app.setup().tenant().await.unwrap().client;
    assert_eq!(client.user("auth0|one").await.unwrap().unwrap()["email"], "first@example.com");
    let linking = lines(&page, &again, "linking.ndjson");
    let line = json!({"user_id": "auth0|one", "email": "first@example.com", "identities": [{"provider": "facebook", "user_id": "7"}]});
    assert_eq!(linking, [line]);

    // Who was refused again is mended where that happened.
    page.get(&format!("/runs/{run}/refused"))
        .await
        .shows(&format!("sent again with <a href=\"/runs/{again}\">"));
    page.get(&path).await.shows("This user was sent again with run");
    assert_eq!(
        page.post(&path, &[("email", "a@example.com"), ("rest", rest)]).await.status,
        StatusCode::CONFLICT
    );
    let list = page.get(&format!("/runs/{again}/refused")).await;
    page.get(&place(&list.body)).await.shows("Mend two");
}

#[tokio::test]
async fn a_mended_account_brings_its_social_identities() {
    let (page, dir) = (Page::open().await, tempfile::tempdir().unwrap());
    let mut two: serde_json::Value = serde_json::from_str(&account("two", "two at example")).unwrap();
    two["identities"] = json!([{"provider": "googleplus", "providerUID": "9"}]);
    let run = run_of(&page, &dir, &[account("one", "one@example.com"), two.to_string()].join("\n")).await;
    let path = place(&page.get(&format!("/runs/{run}/set-aside")).await.body);
    let rest = r#"{"user_id":"two"}"#;
    page.post(&path, &[("email", "two@example.com"), ("rest", rest)]).await;
    page.post(&format!("/runs/{run}/retry"), &[]).await;
    page.until(|state| *state == State::Done).await;
    let linking = lines(&page, &format!("{run}-retry-1"), "linking.ndjson");
    let line = json!({"user_id": "auth0|two", "email": "two@example.com", "identities": [{"provider": "google-oauth2", "user_id": "9"}]});
    assert_eq!(linking, [line]);
}

/// The text of a page between two of its texts.
fn between<'a>(body: &'a str, from: &str, to: &str) -> &'a str {
    let rest = body.split(from).nth(1).unwrap_or_else(|| panic!("{from:?} is not in {body}"));
    rest.split(to).next().unwrap()
}

#[tokio::test]
async fn what_somebody_else_of_the_run_has_is_not_given_again() {
    let (page, dir) = (Page::open().await, tempfile::tempdir().unwrap());
    let all = [
        account("one", "one@example.com"),
        account("two", "two at example"),
        account("three", "three at example"),
    ];
    let run = run_of(&page, &dir, &all.join("\n")).await;
    let list = page.get(&format!("/runs/{run}/set-aside")).await;
    let places: Vec<&str> = list
        .body
        .split("href=\"")
        .filter(|part| part.contains(">Mend<"))
        .map(|part| part.split('"').next().unwrap())
        .collect();
    let (two, three) = (places[0], places[1]);
    let rest = |uid: &str| format!(r#"{{"user_id":"{uid}"}}"#);
    // Letters are compared as the tenant compares them.
    let fields = [("email", "ONE@example.com"), ("rest", &rest("two"))];
    page.post(&format!("{two}/judge"), &fields).await.shows("user one of this run has the same address");
    page.post(two, &fields)
        .await
        .shows("would be set aside again: user one of this run has the same address");
    let fields = [("email", "two@example.com"), ("rest", &rest("one"))];
    page.post(&format!("{two}/judge"), &fields).await.shows("user one of this run has the same id");
    let fields = [("email", "two@example.com"), ("rest", &rest("two"))];
    assert_eq!(page.post(two, &fields).await.status, StatusCode::SEE_OTHER);
    // Whoever was mended before is one of the others; but not of itself.
    page.post(&format!("{two}/judge"), &fields).await.shows("Auth0 takes this user");
    let fields = [("email", "two@example.com"), ("rest", &rest("three"))];
    page.post(&format!("{three}/judge"), &fields).await.shows("user two of this run has the same address");
    let fields = [("email", "three@example.com"), ("rest", &rest("three"))];
    assert_eq!(page.post(three, &fields).await.status, StatusCode::SEE_OTHER);
    let shown = page.get(&format!("/runs/{run}")).await;
    assert_eq!(shown.body.matches("It waits to be sent.").count(), 2, "{}", shown.body);

    // Meanwhile somebody else takes the address of one of them at the tenant.
    let client = page.app.setup().tenant().await.unwrap().client;
    let other = json!({"user_id": "other", "email": "three@example.com"}).to_string();
    run_of(&page, &dir, &other).await;
    std::fs::write(dir.path().join("accounts.ndjson"), all.join("\n")).unwrap();
    page.post(&format!("/runs/{run}/retry"), &[]).await;
    page.until(|state| *state == State::Done).await;
    assert!(client.user("auth0|two").await.unwrap().is_some());
    let shown = page.get(&format!("/runs/{run}")).await;
    let table = between(&shown.body, "Mended by hand", "</table>");
    assert!(table.contains("href=\"/users/auth0%7Ctwo\">It is at the tenant</a>"), "{table}");
    assert!(table.contains("Refused by the tenant"), "{table}");
    assert!(table.contains(&format!("/runs/{run}-retry-1/refused")), "{table}");
}

#[tokio::test]
async fn a_mended_user_is_shown_beside_the_account_as_it_was_exported() {
    let (page, dir) = (Page::open().await, tempfile::tempdir().unwrap());
    let all = [account("one", "one@example.com"), account("two", "two at example")];
    let run = run_of(&page, &dir, &all.join("\n")).await;
    let path = place(&page.get(&format!("/runs/{run}/set-aside")).await.body);
    let rest = r#"{"user_id":"two","given_name":"Mended"}"#;
    page.post(&path, &[("email", "two@example.com"), ("rest", rest)]).await;
    page.post(&format!("/runs/{run}/retry"), &[]).await;
    page.until(|state| *state == State::Done).await;
    let again = format!("{run}-retry-1");
    let compared = page.get(&format!("/users/auth0%7Ctwo/account?run={again}&uid=two")).await;
    compared.shows("Somebody has mended this user before it was sent");
    let whole = between(&compared.body, "The whole account</summary>", "</details>");
    assert!(
        whole.contains("two at example") && whole.contains("Ann") && !whole.contains("Mended"),
        "{whole}"
    );
    assert!(!compared.body.contains("X03MO1"), "no hash is shown");
    // Who was not mended comes from the same input.
    let one = page.get(&format!("/users/auth0%7Cone/account?run={run}&uid=one")).await;
    one.shows("one@example.com");
    assert!(!one.body.contains("Somebody has mended"));
}

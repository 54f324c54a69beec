//! The search, one user from its account to the tenant, and a login.

use super::Page;
use super::export::populate;
use super::uploads::drop_files;
use crate::work::State;

#[tokio::test]
async fn users_are_found_by_the_beginning_of_what_they_have() {
    let page = Page::open().await;
    populate(&page, 30).await;
    page.get("/users").await.shows("31 users are found.");
    page.get("/users").await.shows("Page 1 of 2");
    page.get("/users?q=&connection=gigya&page=2").await.shows("Page 2 of 2");
    for typed in ["u17@", "NUMBER17", "Ada%20Number17", "auth0%7Cu17", "u17"] {
        let found = page.get(&format!("/users?q={typed}")).await;
        found.shows("One user is found.");
        found.shows("/users/auth0%7Cu17");
    }
    page.get("/users?q=nobody").await.shows("Nobody is found.");
    for typed in ["(((", "a:b", "%5C", "*", "%22", "%3Cb%3E"] {
        let found = page.get(&format!("/users?q={typed}")).await;
        assert_eq!(found.status, 200, "{typed}: {}", found.body);
        assert!(!found.body.contains("value=\"<b>\""));
    }
}

#[tokio::test]
async fn account_sent_and_stored_stand_side_by_side() {
    let page = Page::open().await;
    populate(&page, 3).await;
    page.get("/users/auth0%7Cu1").await.shows("never logged in");
    let compare = page.get("/users/auth0%7Cu1/compare").await;
    compare.shows("Imported in run");
    compare.shows("What the tenant has is what was sent.");
    let run = page.app.work().all().pop().unwrap().name();
    // Nothing differs, so all is folded, and the account stands beside what it became.
    let whole = page.get(&format!("/users/auth0%7Cu1/account?run={run}&uid=u1")).await;
    whole.shows("<dt>Account</dt><dd><div class=\"source\">Number1<span class=\"why\">profile.lastName</span></div></dd>");
    whole.shows("<dt>As sent</dt><dd>Number1</dd>");
    whole.shows("<dt>The tenant has</dt><dd>Number1</dd>");
    whole.shows("<summary>3 equal</summary>");
    assert!(!whole.body.contains("differs"), "{}", whole.body);
    page.get(&format!("/users/auth0%7Cu1/account?run={run}&uid=u999")).await.shows("do not hold it any more");
    assert_eq!(page.get("/users/auth0%7Cu1/account?run=..%2Fpage&uid=u1").await.status, 404);
    assert_eq!(page.get("/users/auth0%7Cnobody").await.status, 404);

    // Another import changes the user; the run that did so is the one that counts.
    let token = page.app.session().csrf().to_owned();
    let other = r#"[{"email":"u1@example.com","given_name":"Other"}]"#;
    drop_files(&page, Some(&token), &[("users.json", other)]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya"), ("upsert", "on")]).await;
    page.until(|state| *state == State::Done).await;
    let compare = page.get("/users/auth0%7Cu1/compare").await;
    compare.shows("Updated in run");
    compare.shows("What the tenant has is what was sent.");
    // A run that only found the user there says less than one that wrote it.
    let same = r#"[{"user_id":"u2","email":"u2@example.com"}]"#;
    drop_files(&page, Some(&token), &[("same.json", same)]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    page.get("/users/auth0%7Cu2/compare").await.shows("Imported in run");
    page.app.work().forget(&page.app.work().all().pop().unwrap().name());
    // Without that run, what the first one sent is not what is there any more.
    let last = page.app.work().all().pop().unwrap();
    std::fs::remove_dir_all(last.folder().path()).unwrap();
    let compare = page.get("/users/auth0%7Cu1/compare").await;
    compare.shows("One member differs from what was sent.");
    compare.shows("<strong class=\"bad\">differs</strong>");
    compare.shows("Other");
}

#[tokio::test]
async fn markup_is_text_and_a_hash_is_a_word() {
    let page = Page::open().await;
    populate(&page, 1).await;
    let hash = "$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG";
    let account = format!(
        r#"{{"UID":"b","profile":{{"email":"b@example.com"}},"password":{{"hash":"{hash}","hashSettings":{{"algorithm":"bcrypt"}}}},"isRegistered":true,"isActive":true}}"#
    );
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("b.ndjson", &account)]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    let run = page.app.work().all().pop().unwrap().name();
    let compare = page.get("/users/auth0%7Cb/compare").await;
    compare.shows("a bcrypt hash");
    let source = page.get(&format!("/users/auth0%7Cb/account?run={run}&uid=b")).await;
    source.shows("a bcrypt hash");
    assert!(!compare.body.contains("C9hB01") && !source.body.contains("C9hB01"));

    let first = page.app.work().all().remove(0).name();
    for path in [
        "/users?q=evil",
        "/users/auth0%7Cevil",
        "/users/auth0%7Cevil/compare",
        &format!("/users/auth0%7Cevil/account?run={first}&uid=evil"),
    ] {
        let shown = page.get(path).await;
        shown.shows("&lt;b&gt;&amp;");
        assert!(!shown.body.contains("<b>"), "{path}");
    }
}

#[tokio::test]
async fn a_login_is_tried_once_and_explained() {
    let page = Page::open().await;
    populate(&page, 1).await;
    let hash = "$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG";
    let users = format!(
        r#"[{{"user_id":"b","email":"b@example.com","password_hash":"{hash}"}},{{"user_id":"c","email":"c@example.com","password_hash":"{hash}","blocked":true}}]"#
    );
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.json", &users)]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    let attempt = async |user: &str, password: &str| {
        let fields = [("login", format!("{user}@example.com")), ("password", password.to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        page.post(&format!("/users/auth0%7C{user}/login"), &fields).await
    };
    let wrong = attempt("b", "not-the-one").await;
    wrong.shows("Wrong email or password.");
    wrong.shows("A hash was sent with this user.");
    assert!(!wrong.body.contains("not-the-one"));
    attempt("u0", "x").await.shows("send a password reset");
    attempt("b", "shh").await.shows("The password is right.");
    attempt("b", "x").await.shows("has logged in before");
    attempt("c", "shh").await.shows("The user is blocked at the tenant");
    let other = page.post("/users/auth0%7Cb/login", &[("login", "u0@example.com"), ("password", "x")]).await;
    assert_eq!(other.status, 400);
}

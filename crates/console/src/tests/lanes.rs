//! How every password gets across.

use super::Page;
use super::uploads::drop_files;
use crate::work::State;

const ACCOUNTS: &str = r#"{"UID":"h","profile":{"email":"h@example.com"},"password":{"hash":"$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG","hashSettings":{"algorithm":"bcrypt"}},"isRegistered":true,"isActive":true}
{"UID":"s","profile":{"email":"s@example.com"},"identities":[{"provider":"facebook","providerUID":"7"}],"socialProviders":"facebook","isRegistered":true,"isActive":true}
{"UID":"r","profile":{"email":"r@example.com"},"password":{"hash":"abc","hashSettings":{"algorithm":"<b>odd"}},"isRegistered":true,"isActive":true}
"#;

#[tokio::test]
async fn a_page_without_runs_says_what_comes_first() {
    let page = Page::open().await;
    page.get("/lanes").await.shows("Prepare something");
    assert_eq!(page.get("/lanes?run=..%2Fpage").await.status, 404);
}

#[tokio::test]
async fn the_lanes_of_a_run_and_their_lists() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("accounts.ndjson", ACCOUNTS)]).await;
    page.until(|state| *state == State::Ready).await;
    let run = page.app.work().all().pop().unwrap().name();
    let lanes = page.get("/lanes").await;
    lanes.shows("3 users of");
    lanes.shows("33");
    lanes.shows("hash_");
    assert!(!lanes.body.contains("<b>odd") && !lanes.body.contains("Count Who Has Come"));
    let list = page.get(&format!("/lanes/{run}/without-password.csv")).await;
    assert_eq!(list.body, "user_id,email,social\nauth0|s,s@example.com,true\nauth0|r,r@example.com,false\n");
    page.get(&format!("/runs/{run}/files/linking.ndjson")).await.shows("facebook");
    assert_eq!(page.get("/lanes/..%2Fpage/without-password.csv").await.status, 404);
    assert_eq!(page.get(&format!("/lanes/{run}/waiting.txt")).await.status, 404);
}

#[tokio::test]
async fn who_was_left_is_counted_when_somebody_comes() {
    let page = Page::open().await;
    super::export::populate(&page, 2).await;
    let run = page.app.work().all().pop().unwrap();
    // A run that left three, of whom one is there.
    let line = |uid: &str| {
        format!(
            "{{\"uid\":\"{uid}\",\"user_id\":\"{uid}\",\"email\":\"{uid}@example.com\",\"code\":\"hash_unknown\",\"reason\":\"x\"}}\n"
        )
    };
    let left: String = ["u1", "left1", "left2"].map(line).concat();
    run.folder().write_whole("lazy.ndjson", left.as_bytes()).unwrap();
    let mut report = engine::books::read_report(run.folder());
    let lanes = report.lanes.as_mut().unwrap();
    lanes.lazy = 3;
    engine::books::write_report(run.folder(), &report).unwrap();
    let name = run.name();
    page.get(&format!("/lanes?run={name}")).await.shows("Count Who Has Come");
    let counted = page.post(&format!("/lanes/{name}/arrivals"), &[]).await;
    counted.shows("1 of 3 have come over");
    let waiting = page.get(&format!("/lanes/{name}/waiting.txt")).await;
    assert_eq!(waiting.body, "left1\nleft2\n");
}

#[tokio::test]
async fn the_lane_ends_when_a_person_agrees() {
    let page = Page::open().await;
    super::export::populate(&page, 2).await;
    let run = page.app.work().all().pop().unwrap();
    let line = "{\"uid\":\"left\",\"email\":\"left@example.com\",\"code\":\"hash_unknown\"}\n";
    run.folder().write_whole("lazy.ndjson", line.as_bytes()).unwrap();
    let (name, client) = (run.name(), page.app.setup().tenant().await.unwrap().client);
    let (count, finish) = (format!("/lanes/{name}/arrivals"), format!("/lanes/{name}/finish"));
    // A connection without scripts of ours has no such end.
    page.post(&count, &[]).await.shows("so its end is not brought about here");
    assert_eq!(page.post(&finish, &[("agree", "on")]).await.status, 409);

    // The same run into a connection with scripts that ask the site.
    page.post("/source", &[("kind", "local_site")]).await;
    page.post("/connections", &[("name", "people"), ("policy", "good"), ("store", "site")]).await;
    run.folder().set_target("local", "people").unwrap();
    let counted = page.post(&count, &[]).await;
    counted.shows("1 have not come over, and cannot log in");
    counted.shows("End the Lane");
    assert_eq!(page.post(&finish, &[]).await.status, 409, "nobody has agreed");
    let connection = || async { client.connection_by_name("people").await.unwrap().unwrap() };
    assert_eq!(engine::lanes::Scripts::of(&connection().await), engine::lanes::Scripts::Ours);
    let ended = page.post(&finish, &[("agree", "on")]).await;
    assert_eq!(ended.location(), format!("/lanes?run={name}"), "{}", ended.body);
    let after = connection().await;
    assert_eq!(engine::lanes::Scripts::of(&after), engine::lanes::Scripts::Final);
    assert!(!after.options.contains_key("configuration"), "the keys are gone");
    page.post(&count, &[]).await.shows("The lane has come to its end");
}

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
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(30))]).await;
    page.until(|state| *state == State::Ready).await;
    page.get("/import").await.shows("Start Importing Users");
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;

    let run = page.app.work().all().pop().unwrap().name();
    page.get(&format!("/runs/{run}")).await.shows("30");
    let jobs = page.get(&format!("/runs/{run}/jobs")).await;
    jobs.shows("One attempt");
    let sent = jobs.body.split("<td class=\"nowrap\">").nth(1).unwrap();
    assert!(format!("{}Z", &sent[..19]).parse::<jiff::Timestamp>().is_ok(), "{sent}");
    let map = page.get(&format!("/runs/{run}/files/id-map.csv")).await;
    assert_eq!(map.body.lines().count(), 31);
    let client = page.app.setup().tenant().await.unwrap().client;
    assert!(client.user("auth0|u7").await.unwrap().is_some());

    page.post("/import/clear", &[]).await;
    assert!(!page.get("/import").await.body.contains("users.ndjson"));
    page.get("/runs").await.shows(&run);
}

#[tokio::test]
async fn only_files_of_the_contract_are_handed_out() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
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
    let token = page.app.session().csrf().to_owned();
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

#[tokio::test]
async fn choices_decide_what_is_prepared_next() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let lite =
        "{\"UID\":\"l\",\"profile\":{\"email\":\"l@example.com\"},\"isRegistered\":false,\"isLite\":true}\n";
    let packed = |page: &Page| {
        let item = page.app.work().all().pop().unwrap();
        engine::books::read_report(item.folder()).counters.packed
    };
    drop_files(&page, Some(&token), &[("a.ndjson", lite)]).await;
    page.until(|state| *state == State::Ready).await;
    assert_eq!(packed(&page), Some(0));
    let fields =
        [("duplicates", "merge"), ("lite", "on"), ("mend", "username_invalid"), ("mend", "nonsense")];
    page.post("/import/choices", &fields).await;
    drop_files(&page, Some(&token), &[("b.ndjson", lite)]).await;
    page.until(|state| *state == State::Ready).await;
    assert_eq!(packed(&page), Some(1));
    let choices = page.app.setup().memory().choices;
    assert_eq!(choices.mend, ["username_invalid"]);
}

#[tokio::test]
async fn a_job_is_told_by_row_and_by_cause() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let client = page.app.setup().tenant().await.unwrap().client;
    // Somebody else has the address of one of them.
    drop_files(&page, Some(&token), &[("first.json", r#"[{"user_id":"other","email":"u1@example.com"}]"#)])
        .await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(3))]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    let run = page.app.work().all().pop().unwrap().name();
    page.get("/import").await.shows(&format!("/runs/{run}/refused\">1 failed</a>"));
    let overview = page.get("/").await;
    overview.shows(&format!("1 refused by the tenant: <a href=\"/runs/{run}/refused\">see who and why</a>"));
    overview.shows("<span class=\"caption\">settle</span><span class=\"figure\">3</span>");
    overview.shows("<td class=\"nowrap\"><code>email_taken</code></td>");
    let list = page.get("/runs").await;
    list.shows("<td>users.ndjson</td><td>gigya<span class=\"why\">the local tenant</span></td>");
    list.shows("<td>first.json</td>");
    let job = page.get(&format!("/runs/{run}/jobs/1")).await;
    job.shows("3 users: 2 imported, 1 refused.");
    job.shows("email_taken");
    page.get(&format!("/runs/{run}/jobs/1?all=true")).await.shows("All users of the part");
    assert_eq!(page.get(&format!("/runs/{run}/jobs/99")).await.status, 404);
    assert!(client.user("auth0|u0").await.unwrap().is_some());
}

#[tokio::test]
async fn an_import_is_paused_resumed_and_goes_on_after_a_restart() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(20))]).await;
    page.until(|state| *state == State::Ready).await;
    let item = page.app.work().all().pop().unwrap();
    let orders = crate::work::Orders { tenant: "local".into(), connection: "gigya".into(), upsert: false };
    // Nobody has told the queue yet, so the run waits for its turn.
    assert!(item.order(Some(orders)));
    page.post(&format!("/import/{}/pause", item.name()), &[]).await;
    page.until(|state| matches!(state, State::Paused | State::Done)).await;
    if item.state() == State::Paused {
        page.get("/import").await.shows("Resume");
        page.post(&format!("/import/{}/resume", item.name()), &[]).await;
    }
    page.until(|state| *state == State::Done).await;
    // A process that died in the middle left this behind; the next one queues it.
    item.set(State::Importing);
    let found = crate::work::Item::found(item.folder()).unwrap();
    assert_eq!(found.state(), State::Queued);
    item.set(State::Pausing);
    assert_eq!(crate::work::Item::found(item.folder()).unwrap().state(), State::Paused);
}

#[tokio::test]
async fn a_pause_before_the_first_request_is_not_lost() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(3))]).await;
    page.until(|state| *state == State::Ready).await;
    let item = page.app.work().all().pop().unwrap();
    let orders = crate::work::Orders { tenant: "local".into(), connection: "gigya".into(), upsert: false };
    assert!(item.order(Some(orders)));
    item.set(State::Importing);
    item.halt(false);
    assert!(*item.cancel().borrow(), "whoever begins to work now sees that it shall not");
    item.set(State::Paused);
    assert!(item.order(None));
    assert!(!*item.cancel().borrow(), "an order clears it");
    item.set(State::Done);
    item.halt(false);
    assert!(item.state() == State::Done && !*item.cancel().borrow(), "what is over has nothing to stop");
}

#[tokio::test]
async fn a_connection_that_demands_a_user_name_is_known_before_anybody_is_refused() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let client = page.app.setup().tenant().await.unwrap().client;
    let options = serde_json::json!({"requires_username": true}).as_object().unwrap().clone();
    client.create_connection("named", options).await.unwrap();
    let users = r#"[{"user_id":"a","email":"a@example.com","username":"ann"},{"user_id":"b","email":"b@example.com"}]"#;
    let of = |page: &Page| page.app.work().all().pop().unwrap();

    // Prepared for another connection: nothing is written.
    drop_files(&page, Some(&token), &[("users.json", users)]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "named")]).await;
    page.until(|state| matches!(state, State::Stopped(_))).await;
    let State::Stopped(why) = of(&page).state() else { unreachable!() };
    // What the other connection did not take is kept in the metadata, so that nobody has one.
    assert!(why.contains("demands a username of everybody, and 2 users of this run have none"), "{why}");
    assert!(client.user("auth0|a").await.unwrap().is_none());

    // The connection was chosen now, and the next run is prepared for it.
    drop_files(&page, Some(&token), &[("users.json", users)]).await;
    page.until(|state| *state == State::Ready).await;
    page.get(&format!("/runs/{}/set-aside", of(&page).name())).await.shows("username_missing");
    page.post("/import/start", &[("connection", "named")]).await;
    page.until(|state| *state == State::Done).await;
    let counters = of(&page).report().counters;
    assert_eq!((counters.imported, counters.set_aside, counters.failed), (Some(1), Some(1), Some(0)));
}

#[tokio::test]
async fn a_report_is_read_again_only_when_it_was_written() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(3))]).await;
    page.until(|state| *state == State::Ready).await;
    let item = page.app.work().all().pop().unwrap();
    let first = item.report();
    assert!(std::sync::Arc::ptr_eq(&first, &item.report()));
    let mut changed = engine::books::read_report(item.folder());
    changed.counters.read = Some(4);
    engine::books::write_report(item.folder(), &changed).unwrap();
    assert_eq!((first.counters.read, item.report().counters.read), (Some(3), Some(4)));
}

#[tokio::test]
async fn a_page_that_moves_can_say_that_the_server_is_gone() {
    let page = Page::open().await;
    let shown = page.get("/import").await;
    shown.shows("<p id=\"lost\" role=\"status\"></p>");
    let script = shown.body.split('"').find(|text| text.ends_with("/live.js")).unwrap();
    page.get(script).await.shows("Connection to Crosswalk lost. Trying again…");
}

#[tokio::test]
async fn a_run_that_holds_nobody_says_why_and_is_not_started() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let nobody = "{\"UID\":\"a\",\"profile\":{\"email\":\"none\"}}\n{\"UID\":\"b\",\"profile\":{}}\n{\"UID\":\"c\",\"profile\":{}}\n";
    drop_files(&page, Some(&token), &[("a.ndjson", nobody)]).await;
    page.until(|state| *state == State::Ready).await;
    let shown = page.get("/import").await;
    shown.shows("nothing to import");
    shown.shows("all 3 records were set aside: 2 email_missing, 1 email_invalid");
    assert!(!shown.body.contains("Start Importing Users"), "{}", shown.body);
    page.get("/").await.shows("Nobody of what was prepared can be imported.");
    page.post("/import/start", &[("connection", "gigya")]).await;
    assert_eq!(page.app.work().all().pop().unwrap().state(), State::Ready);
    page.get("/import").await.shows("There is nothing to import");
    // With somebody beside it, only that one is imported.
    drop_files(&page, Some(&token), &[("u.json", r#"[{"user_id":"u","email":"u@example.com"}]"#)]).await;
    page.all_until(|state| *state == State::Ready).await;
    page.get("/import").await.shows("Start Importing Users");
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    assert_eq!(page.app.work().all().first().unwrap().state(), State::Ready);
}

#[tokio::test]
async fn files_that_were_left_out_stand_in_the_report_with_their_reason() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let files = [
        ("users.ndjson", accounts(2)),
        ("<readme>.md", "# Users\n\nThis is how they were exported.\n".to_owned()),
    ];
    let files = [(files[0].0, files[0].1.as_str()), (files[1].0, files[1].1.as_str())];
    drop_files(&page, Some(&token), &files).await;
    page.all_until(|state| *state == State::Ready || matches!(state, State::Cut(_))).await;
    let items = page.app.work().all();
    let run = items.iter().find(|item| item.state() == State::Ready).unwrap().name();
    let report = page.get(&format!("/runs/{run}")).await;
    report.shows("Files that were left out");
    report.shows("&lt;readme&gt;.md</strong>: ");
    // Nothing of it can be taken.
    let table = page.get("/import").await;
    assert!(!table.body.contains("Take what was read"), "{}", table.body);
}

#[tokio::test]
async fn a_profile_that_is_too_large_becomes_smaller_when_somebody_says_how() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let large = serde_json::json!({"UID": "l", "isRegistered": true, "isActive": true,
        "profile": {"email": "l@example.com"}, "data": {"notes": "x".repeat(20_000)}});
    drop_files(&page, Some(&token), &[("a.ndjson", &large.to_string())]).await;
    page.until(|state| *state == State::Ready).await;
    let run = page.app.work().all().pop().unwrap();
    let report = page.get(&format!("/runs/{}", run.name())).await;
    report.shows("name what may leave a profile that is too large, at <a href=\"/import#choices\">");
    assert!(!report.body.contains("--spill"), "{}", report.body);
    page.get(&format!("/runs/{}/set-aside", run.name())).await.shows("/import#choices");
    page.post(&format!("/import/{}/remove", run.name()), &[]).await;
    page.post("/import/choices", &[("spill", " data.notes \r\n\r\n")]).await;
    page.get("/import").await.shows("data.notes</textarea>");
    drop_files(&page, Some(&token), &[("a.ndjson", &large.to_string())]).await;
    page.until(|state| *state == State::Ready).await;
    let run = page.app.work().all().pop().unwrap();
    assert_eq!(engine::books::read_report(run.folder()).counters.packed, Some(1));
    assert!(run.folder().file("spilled.ndjson").is_file());
}

#[tokio::test]
async fn what_is_proved_is_not_paused_and_the_page_says_so() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(1))]).await;
    page.until(|state| *state == State::Ready).await;
    let item = page.app.work().all().pop().unwrap();
    item.set(State::Proving);
    let shown = page.get("/import").await;
    assert!(!shown.body.contains("Pause"), "{}", shown.body);
    let overview = page.get("/").await;
    overview.shows("They are read back");
    assert!(!overview.body.contains("You can pause it"));
    // A click that came too late.
    page.post(&format!("/import/{}/pause", item.name()), &[]).await;
    page.get("/import").await.shows("there is nothing to stop any more");
    assert_eq!(item.state(), State::Proving);
    item.set(State::Done);
}

#[tokio::test]
async fn what_was_prepared_for_other_identifiers_is_prepared_anew_and_not_stopped_half_way() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let client = page.app.setup().tenant().await.unwrap().client;
    let options = serde_json::json!({"requires_username": true}).as_object().unwrap().clone();
    client.create_connection("named", options).await.unwrap();
    client.create_connection("plain", serde_json::Map::new()).await.unwrap();
    let of = |page: &Page| page.app.work().all().pop().unwrap();

    page.app.setup().remember(|memory| memory.connection = Some("named".to_owned())).unwrap();
    let users = r#"[{"user_id":"a","email":"a@example.com","username":"ann"}]"#;
    drop_files(&page, Some(&token), &[("users.json", users)]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "plain")]).await;
    page.get("/import")
        .await
        .shows("plain knows its users otherwise than the connection that this was prepared for");
    page.until(|state| *state == State::Ready).await;
    assert_eq!(of(&page).folder().manifest().unwrap().policies.identifiers, ["email"]);
    page.post("/import/start", &[("connection", "plain")]).await;
    page.until(|state| *state == State::Done).await;
    assert_eq!(of(&page).report().counters.imported, Some(1));
}

#[tokio::test]
async fn a_run_that_is_being_removed_is_not_started_and_one_that_is_being_prepared_stays() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", &accounts(1))]).await;
    page.until(|state| *state == State::Ready).await;
    let item = page.app.work().all().pop().unwrap();
    let orders = crate::work::Orders { tenant: "local".into(), connection: "gigya".into(), upsert: false };
    assert_eq!(item.take_away(), Ok(State::Ready));
    assert!(!item.order(Some(orders)) && item.take_away().is_err());

    item.set(State::Preparing);
    let refused = page.post(&format!("/import/{}/remove", item.name()), &[]).await;
    assert!(refused.body.contains("this run is being prepared"), "{}", refused.body);
    assert!(item.folder().path().exists());
}

#[tokio::test]
async fn many_files_of_a_run_are_counted_and_not_all_drawn() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    let texts: Vec<(String, String)> = (0..30)
        .map(|n| {
            (format!("part-{n:02}.ndjson"), format!(r#"{{"user_id":"u{n}","email":"u{n}@example.com"}}"#))
        })
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    drop_files(&page, Some(&token), &files).await;
    page.until(|state| *state == State::Ready).await;
    let shown = page.get("/import").await;
    shown.shows("5 more files");
    shown.shows("part-24.ndjson");
    assert!(!shown.body.contains("part-25.ndjson"));
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    assert_eq!(page.app.work().all().pop().unwrap().report().counters.imported, Some(30));
}

//! Runs that the page did not begin.

use engine::books;
use migration::run::RunFolder;

use super::Page;
use super::uploads::drop_files;
use crate::work::State;

const ACCOUNTS: &str =
    "{\"UID\":\"u0\",\"profile\":{\"email\":\"u0@example.com\"},\"isRegistered\":true,\"isActive\":true}\n";

/// A run as the command leaves it behind: without what the page remembers of it.
async fn of_the_command(page: &Page, imported: bool) -> RunFolder {
    let token = page.app.session().csrf().to_owned();
    drop_files(page, Some(&token), &[("users.ndjson", ACCOUNTS)]).await;
    page.until(|state| *state == State::Ready).await;
    if imported {
        page.post("/import/start", &[("connection", "gigya")]).await;
        page.until(|state| *state == State::Done).await;
    }
    let folder = page.app.work().all().pop().unwrap().folder().clone();
    page.app.work().forget(&folder.name());
    std::fs::remove_file(folder.file("page.json")).unwrap();
    folder
}

#[tokio::test]
async fn a_run_of_the_command_is_imported_here() {
    let page = Page::open().await;
    let folder = of_the_command(&page, false).await;
    let run = folder.name();
    page.get("/runs").await.shows("prepared");
    page.get("/runs").await.shows("<td>users.ndjson</td><td>–</td>");
    page.get(&format!("/runs/{run}")).await.shows("Take it to page Import");
    let taken = page.post(&format!("/runs/{run}/take"), &[]).await;
    assert_eq!(taken.location(), "/import");
    page.get("/import").await.shows(&format!("run {run}"));
    assert!(!page.get(&format!("/runs/{run}")).await.body.contains("Take it"));

    // It leaves the page and stays where the command finds it.
    page.post(&format!("/import/{run}/remove"), &[]).await;
    assert!(page.app.work().all().is_empty() && folder.manifest().is_ok());

    page.post(&format!("/runs/{run}/take"), &[]).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    assert_eq!(books::read_report(&folder).counters.imported, Some(1));
    let client = page.app.setup().tenant().await.unwrap().client;
    assert!(client.user("auth0|u0").await.unwrap().is_some());
}

#[tokio::test]
async fn a_run_from_a_site_names_the_site() {
    let page = Page::open().await;
    let folder = of_the_command(&page, false).await;
    let recorded = serde_json::json!({"site": {"address": "https://accounts.eu1.gigya.com", "api_key": "3_a"},
        "query": {"members": ["UID"]}, "accounts": 1, "replaced": 0, "sweeps": 1, "asked_for_password": 0, "up_to": 0,
        "files": ["source/accounts-000001.ndjson"]});
    std::fs::write(folder.file("source.json"), recorded.to_string()).unwrap();
    page.get("/runs").await.shows("<td>site accounts.eu1.gigya.com</td><td>–</td>");
}

#[tokio::test]
async fn an_interrupted_import_is_told_by_the_ledger_and_goes_on() {
    let page = Page::open().await;
    let folder = of_the_command(&page, true).await;
    let run = folder.name();
    // Killed just before the report was written.
    let mut report = books::read_report(&folder);
    let counters = &mut report.counters;
    (counters.imported, counters.updated, counters.already_there, counters.failed) = (None, None, None, None);
    report.jobs.clear();
    books::write_report(&folder, &report).unwrap();

    page.get("/runs").await.shows("interrupted; it can be resumed");
    let shown = page.get(&format!("/runs/{run}")).await;
    shown.shows("Resume the import");
    shown.shows("imported");
    page.post(&format!("/runs/{run}/take"), &[]).await;
    page.until(|state| *state == State::Done).await;
    let counters = books::read_report(&folder).counters;
    assert_eq!((counters.imported, counters.already_there, counters.failed), (Some(1), Some(0), Some(0)));
    assert!(!page.get(&format!("/runs/{run}")).await.body.contains("Resume the import"));
}

#[tokio::test]
async fn who_left_the_table_before_the_end_comes_back() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", ACCOUNTS)]).await;
    page.until(|state| *state == State::Ready).await;
    let item = page.app.work().all().pop().unwrap();
    item.set(State::Cancelled);
    page.post("/import/clear", &[]).await;
    assert!(!page.get("/import").await.body.contains("users.ndjson"));
    let path = format!("/runs/{}", item.name());
    page.get(&path).await.shows("Show it there again");
    page.post(&format!("{path}/take"), &[]).await;
    page.get("/import").await.shows("users.ndjson");
}

#[tokio::test]
async fn a_run_to_another_tenant_says_nothing_of_a_user_of_this_one() {
    let page = Page::open().await;
    let token = page.app.session().csrf().to_owned();
    drop_files(&page, Some(&token), &[("users.ndjson", ACCOUNTS)]).await;
    page.until(|state| *state == State::Ready).await;
    page.post("/import/start", &[("connection", "gigya")]).await;
    page.until(|state| *state == State::Done).await;
    let folder = page.app.work().all().pop().unwrap().folder().clone();
    let user = "/users/auth0%7Cu0/compare";
    page.get(user).await.shows(&folder.name());
    folder.set_target("http://127.0.0.1:9/", "gigya").unwrap();
    let shown = page.get(user).await;
    assert!(!shown.body.contains(&folder.name()), "{}", shown.body);
}

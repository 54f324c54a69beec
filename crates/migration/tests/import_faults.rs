//! The importer against faults and kills at every request: it always ends as the undisturbed import.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod fake;

use std::time::Duration;

use fake::{Fake, Fault, prepare};
use migration::import::{ImportError, ImportOptions, ImportOutcome, Progress, Tally, run};
use migration::run::RunFolder;
use serde_json::{Value, json};
use tokio::sync::watch;

fn user(id: u32, email: &str, name: &str) -> Value {
    json!({"user_id": id.to_string(), "email": email, "name": name})
}

/// Eight users in four parts: five new, one there and equal, one there and different, one whose email is taken, one bad.
fn users() -> Vec<Value> {
    let mut users: Vec<Value> = (0..8).map(|id| user(id, &format!("u{id}@x.org"), "Ann")).collect();
    users[5]["email"] = json!("bad");
    users
}

async fn world() -> Fake {
    let fake = Fake::start().await;
    fake.put(&user(1, "u1@x.org", "Ann"));
    fake.put(&user(3, "u3@x.org", "Other"));
    fake.put(&user(99, "u6@x.org", "Ann"));
    fake
}

fn options(upsert: bool) -> ImportOptions {
    ImportOptions { upsert, patience: Duration::from_secs(4), ..ImportOptions::new("here") }
}

fn expected(upsert: bool) -> Tally {
    if upsert {
        Tally { packed: 8, imported: 4, updated: 3, already_there: 0, failed: 1, open: 0 }
    } else {
        Tally { packed: 8, imported: 4, updated: 0, already_there: 1, failed: 3, open: 0 }
    }
}

/// Runs, and each time the tenant has the importer killed, runs again.
async fn to_the_end(fake: &Fake, folder: &RunFolder, upsert: bool) -> ImportOutcome {
    let (_stop, cancel) = watch::channel(false);
    loop {
        let (client, options, progress) = (fake.client(), options(upsert), Progress::default());
        let outcome = tokio::select! {
            outcome = run(folder, &client, &options, &progress, cancel.clone()) => outcome,
            () = fake.kill.notified() => continue,
        };
        match outcome {
            Ok(outcome) => return outcome,
            // The tasks of the killed importer hold the lock until the runtime has dropped them.
            Err(ImportError::Refused(reason)) if reason.contains("locked") => tokio::task::yield_now().await,
            Err(error) => panic!("{error}"),
        }
    }
}

fn check(fake: &Fake, folder: &RunFolder, outcome: &ImportOutcome, upsert: bool, what: &str) {
    assert_eq!(outcome.tally, expected(upsert), "{what}: {:?}", outcome.causes);
    assert!(outcome.tally.adds_up());
    assert!(
        fake.world.lock().unwrap().created.values().all(|created| *created == 1),
        "{what}: somebody was doubled"
    );
    let map = std::fs::read_to_string(folder.file("id-map.csv")).unwrap();
    let mut lines: Vec<&str> = map.lines().collect();
    assert_eq!(lines.remove(0), "uid,user_id,email,outcome,part");
    assert_eq!(lines.len(), 8, "{what}");
    assert_eq!(lines[0], "0,auth0|0,u0@x.org,imported,1");
    let retry = std::fs::read_to_string(folder.file("retry.ndjson")).unwrap();
    let mut codes: Vec<String> = retry
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["code"].as_str().unwrap().to_owned())
        .collect();
    codes.sort();
    let wanted: &[&str] = if upsert {
        &["auth0_invalid_format"]
    } else {
        &["auth0_invalid_format", "email_taken", "exists_different"]
    };
    assert_eq!(codes, wanted, "{what}");
}

#[tokio::test]
async fn undisturbed() {
    for upsert in [false, true] {
        let (dir, fake) = (tempfile::tempdir().unwrap(), world().await);
        let folder = prepare(&dir.path().join("run"), &users(), 2);
        let outcome = to_the_end(&fake, &folder, upsert).await;
        check(&fake, &folder, &outcome, upsert, "undisturbed");
        assert_eq!(outcome.jobs.len(), 4);
        assert!(outcome.jobs.iter().all(|job| job.status == "completed" && job.settled >= job.sent));
        // Doing it again sends nobody.
        let before =
            fake.world.lock().unwrap().requests.iter().filter(|request| request.contains("imports")).count();
        let again = to_the_end(&fake, &folder, upsert).await;
        check(&fake, &folder, &again, upsert, "again");
        let after =
            fake.world.lock().unwrap().requests.iter().filter(|request| request.contains("imports")).count();
        assert_eq!(before, after);
    }
}

/// The number of requests of an undisturbed import; how tasks interleave may move a fault to another request, but every
/// request is struck.
async fn requests(upsert: bool) -> usize {
    let (dir, fake) = (tempfile::tempdir().unwrap(), world().await);
    let folder = prepare(&dir.path().join("run"), &users(), 2);
    to_the_end(&fake, &folder, upsert).await;
    fake.world.lock().unwrap().requests.len()
}

async fn struck_everywhere(fault: Fault) {
    let mut tasks = tokio::task::JoinSet::new();
    for upsert in [false, true] {
        for at in 0..requests(upsert).await {
            tasks.spawn(struck(fault, at, upsert));
        }
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}

async fn struck(fault: Fault, at: usize, upsert: bool) {
    let (dir, fake) = (tempfile::tempdir().unwrap(), world().await);
    fake.world.lock().unwrap().faults.insert(at, fault);
    let folder = prepare(&dir.path().join("run"), &users(), 2);
    let outcome = to_the_end(&fake, &folder, upsert).await;
    check(&fake, &folder, &outcome, upsert, &format!("{fault:?} at request {at}, upsert {upsert}"));
}

#[tokio::test]
async fn killed_before_any_request() {
    struck_everywhere(Fault::KillBefore).await;
}

#[tokio::test]
async fn killed_after_any_request() {
    struck_everywhere(Fault::KillAfter).await;
}

#[tokio::test]
async fn any_answer_lost() {
    struck_everywhere(Fault::Lost).await;
}

#[tokio::test]
async fn down_at_any_request() {
    struck_everywhere(Fault::Down).await;
}

#[tokio::test]
async fn any_job_broken() {
    struck_everywhere(Fault::Broken).await;
}

#[tokio::test]
async fn a_stop_is_clean_and_can_be_resumed() {
    let (dir, fake) = (tempfile::tempdir().unwrap(), world().await);
    let folder = prepare(&dir.path().join("run"), &users(), 2);
    let (stop, cancel) = watch::channel(true);
    let error =
        run(&folder, &fake.client(), &options(false), &Progress::default(), cancel).await.unwrap_err();
    assert!(
        matches!(error, ImportError::Stopped(_)) && error.is_resumable() && error.exit_code() == 4,
        "{error}"
    );
    drop(stop);
    let outcome = to_the_end(&fake, &folder, false).await;
    check(&fake, &folder, &outcome, false, "stopped");
}

#[tokio::test]
async fn a_changed_part_and_a_missing_one_are_refused_before_any_write() {
    let (dir, fake) = (tempfile::tempdir().unwrap(), world().await);
    let folder = prepare(&dir.path().join("run"), &users(), 2);
    let (_stop, cancel) = watch::channel(false);
    let original = std::fs::read(folder.part(3)).unwrap();
    let mut changed = original.clone();
    changed[20] ^= 1;
    std::fs::write(folder.part(3), &changed).unwrap();
    let (client, progress) = (fake.client(), Progress::default());
    let error = run(&folder, &client, &options(false), &progress, cancel.clone()).await.unwrap_err();
    assert!(error.exit_code() == 3 && error.to_string().contains("part 3"), "{error}");
    std::fs::remove_file(folder.part(3)).unwrap();
    assert_eq!(
        run(&folder, &client, &options(false), &progress, cancel.clone()).await.unwrap_err().exit_code(),
        3
    );
    let writes = |fake: &Fake| {
        let world = fake.world.lock().unwrap();
        world
            .requests
            .iter()
            .filter(|request| !request.starts_with("GET") && !request.contains("oauth"))
            .count()
    };
    assert_eq!(writes(&fake), 0);
    std::fs::write(folder.part(3), &original).unwrap();
    to_the_end(&fake, &folder, false).await;
    let before = writes(&fake);
    assert_eq!(run(&folder, &client, &options(true), &progress, cancel).await.unwrap_err().exit_code(), 2);
    assert_eq!(writes(&fake), before);
}

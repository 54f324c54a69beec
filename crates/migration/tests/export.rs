//! Reading a live site: nobody lost, nobody doubled, whatever happens meanwhile.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fake_site;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;

use fake_site::{Shared, serve, world};
use gigya::Client;
use mapping::{DEFAULT, Identifier, Mapping};
use migration::export::{ExportError, ExportOptions, ExportProgress, Exported, Query, export};
use migration::prepare::{PrepareOptions, PrepareProgress, prepare};
use migration::run::RunFolder;
use serde_json::{Value, json};
use tokio::sync::watch;

fn options() -> ExportOptions {
    ExportOptions { page: 100, pages_a_range: 4, ..ExportOptions::default() }
}

async fn read(client: &Client, dir: &Path, options: &ExportOptions) -> Result<Exported, ExportError> {
    let (_sender, cancel) = watch::channel(false);
    let folder = RunFolder::create(&dir.join("run")).unwrap();
    export(client, &folder, options, Arc::new(ExportProgress::default()), cancel).await
}

/// The recorded accounts by UID; panics when one stands there twice.
fn recorded(exported: &Exported) -> BTreeMap<String, Value> {
    let mut accounts = BTreeMap::new();
    for file in &exported.files {
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
        for line in std::fs::read_to_string(file).unwrap().lines().filter(|line| !line.trim().is_empty()) {
            let account: Value = serde_json::from_str(line).unwrap();
            let uid = account["UID"].as_str().unwrap().to_owned();
            assert!(accounts.insert(uid.clone(), account).is_none(), "{uid} is doubled");
        }
    }
    assert_eq!(accounts.len() as u64, exported.finished.accounts);
    accounts
}

/// Everybody is there, in the version that was the last before the export ended.
fn nobody_lost(exported: &Exported, shared: &Shared) {
    let (recorded, world) = (recorded(exported), shared.lock().unwrap());
    assert_eq!(recorded.len(), world.accounts.len());
    let mut latest = 0;
    // An export allows for an index that lags; this one does not.
    let up_to = exported.finished.up_to + 30_000;
    for (uid, account) in &world.accounts {
        let version = |account: &Value| account["data"]["version"].as_u64().unwrap_or(0);
        let untouched = account["lastUpdatedTimestamp"].as_i64().is_none_or(|at| at < up_to);
        assert!(
            !untouched || version(&recorded[uid]) == version(account),
            "{uid} is there in an old version"
        );
        latest += usize::from(version(&recorded[uid]) == version(account));
    }
    assert!(latest * 10 >= recorded.len() * 9, "only {latest} are up to date");
}

#[tokio::test]
async fn everybody_arrives_once_over_several_cursors() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(3_000));
    shared.lock().unwrap().accounts.insert("lite".to_owned(), json!({"UID": "lite", "email": "l@x.test"}));
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    nobody_lost(&exported, &shared);
    assert!(
        exported.files.len() >= 5,
        "four ranges and the accounts without a time-stamp: {:?}",
        exported.files
    );
    assert_eq!((exported.finished.replaced, exported.finished.asked_for_password), (0, 0));
    let source = dir.path().join("run/source");
    assert_eq!(std::fs::metadata(&source).unwrap().permissions().mode() & 0o777, 0o700);
    let run = dir.path().join("run");
    assert!(!run.join("source.sqlite").exists() && run.join("source.json").exists());
    assert_eq!(
        migration::read::resolve(source.to_str().unwrap()).unwrap(),
        exported.files,
        "an export like any other"
    );

    let calls = shared.lock().unwrap().calls;
    let again = read(&client, dir.path(), &options()).await.unwrap();
    assert_eq!((again, shared.lock().unwrap().calls), (exported, calls), "what is whole is not read again");
    let other = ExportOptions { limit: Some(5), ..options() };
    let error = read(&client, dir.path(), &other).await.unwrap_err();
    assert!(matches!(error, ExportError::Other { .. }) && !error.is_resumable(), "{error}");
}

#[tokio::test]
async fn a_site_that_changes_under_bad_cursors_loses_nobody() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(3_000));
    (shared.lock().unwrap().changes, shared.lock().unwrap().expires) = (3, 7);
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    nobody_lost(&exported, &shared);
    assert!(exported.finished.sweeps >= 1 && exported.finished.replaced > 0, "{:?}", exported.finished);

    // Prepare reads the recorded files, blanked places included.
    let mut prepare_options = PrepareOptions { threads: 2, ..PrepareOptions::default() };
    prepare_options.policies.identifiers = vec![Identifier::Email];
    let mapping = Mapping::compile(DEFAULT, &prepare_options.policies.identifiers).unwrap();
    let prepared =
        prepare(exported.files, &mapping, &prepare_options, None, &PrepareProgress::default()).unwrap();
    assert_eq!((prepared.report.counters.read, prepared.report.counters.packed), (Some(3_000), Some(3_000)));
    assert!(prepared.troubles.is_empty());
}

/// As after an import that gave everybody the same time of creation.
#[tokio::test]
async fn cursors_that_expire_among_accounts_of_one_time_do_not_stop_the_read() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(3_000));
    {
        let mut world = shared.lock().unwrap();
        world.expires = 3;
        for (index, account) in world.accounts.values_mut().enumerate().skip(300).take(2_500) {
            account["createdTimestamp"] = json!(1_600_000_002_000_u64);
            account["lastUpdatedTimestamp"] = json!(1_600_000_002_000_u64 + index as u64 % 2);
        }
    }
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    nobody_lost(&exported, &shared);
    let calls = shared.lock().unwrap().calls;
    assert!(calls < 120, "{calls}: it is not read again and again");
}

#[tokio::test]
async fn subscriptions_join_their_accounts_though_these_change() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(3_000));
    (shared.lock().unwrap().changes, shared.lock().unwrap().expires) = (3, 7);
    shared
        .lock()
        .unwrap()
        .accounts
        .get_mut("uid-000003")
        .unwrap()
        .as_object_mut()
        .unwrap()
        .remove("subscriptions");
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    let world = shared.lock().unwrap();
    let mut compared = 0;
    for (uid, account) in recorded(&exported) {
        let now = &world.accounts[&uid];
        if now["lastUpdatedTimestamp"].as_i64().unwrap() < exported.finished.up_to {
            assert_eq!(account["subscriptions"], now["subscriptions"], "{uid}");
            compared += 1;
        }
    }
    // How many change after that is a matter of time, and the world knows it: all others are compared.
    let up_to = exported.finished.up_to;
    let settled = |account: &&Value| account["lastUpdatedTimestamp"].as_i64().unwrap() < up_to;
    assert_eq!(compared, world.accounts.values().filter(settled).count());
    let searches = world.of_emails;
    assert!(searches <= 2 + u64::from(exported.finished.sweeps), "{searches}: many are read at once");
    assert_eq!(exported.finished.no_subscriptions, None);
}

#[tokio::test]
async fn subscriptions_that_a_site_refuses_or_nobody_wants_do_not_stop_the_read() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(500));
    shared.lock().unwrap().refuses_emails = true;
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    assert_eq!(recorded(&exported).len(), 500);
    let why = exported.finished.no_subscriptions.unwrap();
    assert!(why.contains("403007"), "{why}");

    let (dir, query) =
        (tempfile::tempdir().unwrap(), Query::of_select("UID, profile, password", "full,lite").unwrap());
    let asked = std::mem::take(&mut shared.lock().unwrap().of_emails);
    let exported = read(&client, dir.path(), &ExportOptions { query, ..options() }).await.unwrap();
    assert_eq!((recorded(&exported).len(), shared.lock().unwrap().of_emails, asked), (500, 0, 1));
}

/// A cursor of this site counts places: each account that is deleted at the front hides one behind it, and the count stays
/// as large as what was read.
#[tokio::test]
async fn deleted_accounts_hide_nobody_and_leave_the_export() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(3_000));
    (shared.lock().unwrap().deletes, shared.lock().unwrap().expires) = (4, 11);
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    let (recorded, world) = (recorded(&exported), shared.lock().unwrap());
    let lost: Vec<_> = world.accounts.keys().filter(|uid| !recorded.contains_key(*uid)).collect();
    assert!(lost.is_empty(), "{} are lost: {lost:?}", lost.len());
    // Those that went while the last roll was called may stand in it.
    let gone = recorded.keys().filter(|uid| !world.accounts.contains_key(*uid)).count();
    assert!(world.accounts.len() < 2_990 && gone <= 5, "{gone} of {} are gone", 3_000 - world.accounts.len());
    assert!(exported.finished.deleted > 0, "{:?}", exported.finished);
}

#[tokio::test]
async fn nearly_all_searches_bring_a_full_page() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(20_000));
    let client = serve(&shared).await;
    let exported =
        read(&client, dir.path(), &ExportOptions { page: 100, ..ExportOptions::default() }).await.unwrap();
    nobody_lost(&exported, &shared);
    let asked = shared.lock().unwrap().asked.clone();
    let (of_emails, asked): (Vec<_>, Vec<_>) =
        asked.into_iter().partition(|query| query.contains(" FROM emailAccounts "));
    let first_pages: Vec<_> = asked.iter().filter(|query| !query.starts_with("cursor")).collect();
    assert!(exported.files.len() >= 4, "it is read side by side");
    assert!(asked.len() <= 210, "{} searches for 200 pages: {first_pages:#?}", asked.len());
    assert!(of_emails.len() <= 5, "two pages of subscriptions: {of_emails:#?}");
}

#[tokio::test]
async fn a_site_that_counts_more_than_it_gives_can_be_accepted() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(1_000));
    shared.lock().unwrap().hidden = Some("uid-000500".to_owned());
    let client = serve(&shared).await;
    let error = read(&client, dir.path(), &options()).await.unwrap_err();
    assert!(matches!(error, ExportError::Incomplete { .. }) && error.is_resumable(), "{error}");
    // The same export goes on where it stood.
    let exported =
        read(&client, dir.path(), &ExportOptions { accept_incomplete: true, ..options() }).await.unwrap();
    assert_eq!((exported.finished.accounts, exported.finished.missing), (999, 1));
}

#[tokio::test]
async fn an_interrupted_export_goes_on() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(2_000));
    (shared.lock().unwrap().changes, shared.lock().unwrap().expires) = (1, 9);
    let client = serve(&shared).await;
    let folder = RunFolder::create(&dir.path().join("run")).unwrap();
    let mut stops = 0;
    let exported = loop {
        let (sender, cancel) = watch::channel(false);
        {
            let mut world = shared.lock().unwrap();
            let at = world.calls + 15;
            world.signal = Some((at, sender));
        }
        match export(&client, &folder, &options(), Arc::default(), cancel).await {
            Ok(exported) => break exported,
            Err(error) => assert!(matches!(error, ExportError::Stopped), "{error}"),
        }
        stops += 1;
        assert!(stops < 50, "it gets nowhere");
        // What a crash in the middle of a page leaves behind.
        for file in std::fs::read_dir(dir.path().join("run/source")).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|name| name == "ndjson") {
                let mut file = std::fs::OpenOptions::new().append(true).open(path).unwrap();
                file.write_all(b"{\"UID\":\"half a rec").unwrap();
            }
        }
    };
    assert!(stops >= 2, "{stops}");
    nobody_lost(&exported, &shared);
}

#[tokio::test]
async fn passwords_that_a_search_hides_are_asked_for_one_by_one() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(500));
    shared.lock().unwrap().hides_passwords = true;
    let social = json!({"UID": "social", "isRegistered": true, "lastUpdatedTimestamp": 1_600_000_000_000_u64,
        "identities": [{"provider": "facebook"}]});
    shared.lock().unwrap().accounts.insert("social".to_owned(), social);
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    let accounts = recorded(&exported);
    let with = accounts.values().filter(|account| account["password"]["hash"].is_string()).count();
    assert_eq!((with, accounts.len()), (500, 501));
    assert!(accounts["uid-000001"].get("callId").is_none(), "the envelope is no part of an account");
    assert_eq!(accounts["uid-000001"]["profile"]["firstName"], "Ann", "what a search has given stays");
    assert_eq!(shared.lock().unwrap().infos, 500, "nobody asks for a password that cannot be");
    assert_eq!(exported.finished.asked_for_password, 500);
}

/// Accounts that were made before anybody had a password say nothing about those that came later.
#[tokio::test]
async fn passwords_are_asked_for_however_many_accounts_had_none() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(1_000));
    shared.lock().unwrap().hides_passwords = true;
    for account in shared.lock().unwrap().accounts.values_mut().take(600) {
        account.as_object_mut().unwrap().remove("password");
    }
    let client = serve(&shared).await;
    let alone = ExportOptions { ranges: 1, ..options() };
    let exported = read(&client, dir.path(), &alone).await.unwrap();
    let with = |exported: &Exported| {
        let accounts = recorded(exported);
        (accounts.values().filter(|account| account["password"]["hash"].is_string()).count(), accounts.len())
    };
    assert_eq!(with(&exported), (400, 1_000));
    assert_eq!(exported.finished.asked_for_password, 1_000);

    // Side by side somebody may be on the page of two readers, where a range is cut.
    let dir = tempfile::tempdir().unwrap();
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    assert_eq!(with(&exported), (400, 1_000));
    let cuts = exported.files.len() as u64 - 1;
    let asked = exported.finished.asked_for_password;
    assert!((1_000..=1_000 + cuts * 100).contains(&asked), "{asked} with {cuts} cuts");
}

#[tokio::test]
async fn searches_that_give_passwords_are_believed() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(2_000));
    for (index, account) in shared.lock().unwrap().accounts.values_mut().enumerate() {
        if index % 50 != 0 {
            account.as_object_mut().unwrap().remove("password");
        }
    }
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    assert_eq!(recorded(&exported).len(), 2_000);
    assert_eq!(shared.lock().unwrap().infos, 0);
}

#[tokio::test]
async fn accounts_that_are_deleted_meanwhile_are_left_out_and_counted() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(500));
    shared.lock().unwrap().hides_passwords = true;
    let deleted: BTreeSet<String> = (0..500).step_by(50).map(|index| format!("uid-{index:06}")).collect();
    shared.lock().unwrap().deleted = deleted.clone();
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &options()).await.unwrap();
    let accounts = recorded(&exported);
    assert_eq!((accounts.len(), exported.finished.deleted), (490, 10));
    assert!(accounts.keys().all(|uid| !deleted.contains(uid)));
}

#[tokio::test]
async fn a_pilot_reads_as_many_as_it_wants() {
    let (dir, shared) = (tempfile::tempdir().unwrap(), world(1_000));
    let client = serve(&shared).await;
    let exported = read(&client, dir.path(), &ExportOptions { limit: Some(250), ..options() }).await.unwrap();
    let accounts = recorded(&exported);
    assert_eq!(accounts.len(), 250);
    assert!(accounts.values().all(|account| account["subscriptions"].is_object()));
    assert!(shared.lock().unwrap().calls < 16, "{}", shared.lock().unwrap().calls);
}

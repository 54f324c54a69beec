//! A live site as SOURCE: read over HTTP while its accounts change, through a kill -9, by each way to sign.

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::home::{Home, Served, adds_up};
use gigya::{Address, Call, Client, Config, Credentials};
use sample::Sample;

/// Records of the sample that no site can hold: they are broken, or too deep.
fn no_accounts(sample: &Sample) -> u64 {
    let set_aside = sample.expectations().set_aside;
    ["broken_json", "too_deep"].iter().filter_map(|code| set_aside.get(code)).sum()
}

fn site_with(home: &Home, accounts: &str) -> Served {
    let file = home.path("sample.ndjson");
    let file = file.to_str().unwrap();
    home.run(&["sample", "--accounts", accounts, "--format", "ndjson", "-o", file]).expect(0);
    Served::site(home, &home.path("site"), &["--import", file])
}

fn with_secret<'a>(command: &'a mut Command, site: &Served) -> &'a mut Command {
    command
        .env("GIGYA_API_KEY", site.text("api_key"))
        .env("GIGYA_USER_KEY", site.text("user_key"))
        .env("GIGYA_SECRET", site.text("secret"))
}

/// Changes accounts for as long as it lives.
struct Changes(tokio::task::JoinHandle<()>);

impl Changes {
    fn begin(runtime: &tokio::runtime::Runtime, site: &Served, uids: Vec<String>) -> Self {
        let client = client_of(site);
        Self(runtime.spawn(async move {
            for (turn, uid) in uids.iter().cycle().enumerate() {
                let data = format!(r#"{{"turn":{turn}}}"#);
                let call = Call::new("accounts.setAccountInfo").param("UID", uid).param("data", data);
                // The site may refuse to change an awkward one.
                let _ = client.send(&call).await;
            }
        }))
    }
}

#[test]
fn a_site_arrives_whole_though_it_changes_and_the_reader_is_killed() {
    let home = Home::new();
    let sample = Sample::new(4000, 1);
    let site = site_with(&home, "4000");
    let source = format!("gigya:{}", site.text("url"));
    let uids: Vec<String> = std::fs::read_to_string(home.path("sample.ndjson"))
        .unwrap()
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|account| account["isRegistered"] == true && account["password"].is_object())
        .filter_map(|account| account["UID"].as_str().map(str::to_owned))
        .step_by(40)
        .collect();
    assert!(uids.len() > 50, "{}", uids.len());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let changes = Changes::begin(&runtime, &site, uids);

    let args = ["migrate", source.as_str(), "--json", "--run", "live"];
    let mut command = home.command(&args);
    let mut first =
        with_secret(&mut command, &site).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    // As soon as something is recorded, or all of it.
    let recorded = home.run_folder("live").join("source");
    let some = || {
        let files = std::fs::read_dir(&recorded).into_iter().flatten().flatten();
        files.filter_map(|file| file.metadata().ok()).any(|file| file.len() > 0)
    };
    while !some() && first.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let _ = first.kill();
    first.wait().unwrap();

    let again = super::home::Ran::from(with_secret(&mut home.command(&args), &site).output().unwrap());
    changes.0.abort();
    let report = again.expect(1).json();
    adds_up(&report);
    let expected = sample.expectations();
    assert_eq!(report["counters"]["read"], expected.records - no_accounts(&sample));
    assert_eq!(report["counters"]["imported"], expected.imported);
    assert!(report["requests"]["accounts.search"].as_f64().unwrap() > 3.0);

    let mut seen = BTreeSet::new();
    for file in std::fs::read_dir(&recorded).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let account: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(
                seen.insert(account["UID"].as_str().unwrap().to_owned()),
                "an account stands there twice"
            );
        }
    }
    assert_eq!(seen.len() as u64, expected.records - no_accounts(&sample));

    // The recording is an export like any other: the run is repeated without the site.
    drop(site);
    let text = recorded.to_str().unwrap();
    let check = home.run(&["check", text, "--json", "--identifiers", "email"]).expect(1).json();
    assert_eq!(check["counters"]["read"], report["counters"]["read"]);
    assert_eq!(check["lanes"], report["lanes"]);
}

/// What a client of ours needs to speak to a site.
fn client_of(site: &Served) -> Client {
    Client::new(Config {
        address: Address::parse(&site.text("url")).unwrap(),
        api_key: site.text("api_key"),
        credentials: Credentials::Signature {
            user_key: site.text("user_key"),
            secret: site.text("secret").into(),
        },
        ca: None,
    })
    .unwrap()
}

const FAULTS: &str = "seed 5; 403048 on POST /accounts.search every 37; 500001 on POST /accounts.search chance 0.05; \
    504001 on POST /accounts.search chance 0.03; 409030 on POST /accounts.search chance 0.02; \
    reset-after on POST /accounts.search chance 0.03; cut on POST /accounts.search chance 0.02; \
    slow 100ms on POST /accounts.search chance 0.1; cursor-gone chance 0.05; short-pages chance 0.5; index-lag 200ms";

/// `bench/changing.sh` does the same with 200,000 accounts.
#[test]
fn a_site_is_read_whole_though_accounts_come_change_and_go_under_faults() {
    let home = Home::new();
    let file = home.path("sample.ndjson");
    let file = file.to_str().unwrap();
    home.run(&["sample", "--accounts", "6000", "--format", "ndjson", "-o", file]).expect(0);
    let site = Served::site(&home, &home.path("site"), &["--import", file, "--faults", FAULTS]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let uids: Vec<String> = std::fs::read_to_string(file)
        .unwrap()
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|account| account["isRegistered"] == true && account["password"].is_object())
        .filter_map(|account| account["UID"].as_str().map(str::to_owned))
        .collect();
    let client = client_of(&site);
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = stop.clone();
    let changes = runtime.spawn(async move {
        let mut deleted = BTreeSet::new();
        for (turn, uid) in uids.iter().cycle().step_by(7).enumerate() {
            let call = match turn % 5 {
                0 => {
                    let email = format!("new-{turn}@new.example.com");
                    Call::new("accounts.importFullAccount")
                        .param("UID", format!("new-{turn}"))
                        .param("profile", format!(r#"{{"email":"{email}"}}"#))
                        .param("loginIDs", format!(r#"{{"emails":["{email}"]}}"#))
                        .param(
                            "created",
                            if turn % 2 == 0 {
                                "2015-05-05T05:05:05.000Z"
                            } else {
                                "2026-01-01T00:00:00.000Z"
                            },
                        )
                }
                1 => {
                    deleted.insert(uid.clone());
                    Call::new("accounts.deleteAccount").param("UID", uid)
                }
                _ => Call::new("accounts.setAccountInfo")
                    .param("UID", uid)
                    .param("data", format!(r#"{{"turn":{turn}}}"#)),
            };
            // The site may refuse to change an awkward one, or one that is gone.
            let _ = client.send(&call).await;
            if stopped.load(Ordering::Relaxed) {
                break;
            }
        }
        deleted
    });
    let source = format!("gigya:{}", site.text("url"));
    let mut command =
        home.command(&["convert", &source, "-o", home.path("live").to_str().unwrap(), "--json"]);
    let ran = super::home::Ran::from(with_secret(&mut command, &site).output().unwrap());
    stop.store(true, Ordering::Relaxed);
    let deleted = runtime.block_on(changes).unwrap();
    adds_up(&ran.expect(1).json());

    let source = home.path("live").join("source");
    let mut read = std::collections::BTreeMap::new();
    for file in std::fs::read_dir(source).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let account: serde_json::Value = serde_json::from_str(line).unwrap();
            let uid = account["UID"].as_str().unwrap().to_owned();
            assert!(
                read.insert(uid.clone(), account["lastUpdatedTimestamp"].as_i64()).is_none(),
                "{uid} is doubled"
            );
        }
    }
    let finished = std::fs::read_to_string(home.path("live").join("source.json")).unwrap();
    let finished: serde_json::Value = serde_json::from_str(&finished).unwrap();
    // An export allows for an index that lags 30 s; this one lags 200 ms, and the site's clock is told in seconds.
    let certain = finished["up_to"].as_i64().map(|up_to| up_to + 30_000 - 1_200);
    let mut there = BTreeSet::new();
    runtime.block_on(async {
        let client = client_of(&site);
        // A page has at most 10,000, and a fast machine makes more than that.
        let mut last = String::new();
        loop {
            let query = format!(
                "SELECT UID, lastUpdatedTimestamp FROM accounts WHERE UID > '{last}' ORDER BY UID LIMIT 5000"
            );
            let page = client.page(&gigya::Search::accounts(query).account_types("full,lite")).await.unwrap();
            let before = there.len();
            for account in page.records() {
                let account: serde_json::Value = serde_json::from_slice(account).unwrap();
                let (uid, changed) =
                    (account["UID"].as_str().unwrap().to_owned(), account["lastUpdatedTimestamp"].as_i64());
                if changed < certain {
                    assert!(read.contains_key(&uid), "{uid} is lost");
                    assert_eq!(read[&uid], changed, "{uid} is there in an old version");
                }
                last.clone_from(&uid);
                there.insert(uid);
            }
            if there.len() == before {
                break;
            }
        }
    });
    assert!(there.len() > 5_500, "{}", there.len());
    let strange: Vec<_> =
        read.keys().filter(|uid| !there.contains(*uid) && !deleted.contains(*uid)).collect();
    assert!(strange.is_empty(), "{strange:?}");
    assert!(finished["deleted"].as_u64().unwrap() > 0 || deleted.len() < 5, "{finished}");
}

#[test]
fn a_site_is_checked_by_key_without_searches_that_give_passwords() {
    let home = Home::new();
    let file = home.path("sample.ndjson");
    let file = file.to_str().unwrap();
    home.run(&["sample", "--accounts", "300", "--format", "ndjson", "-o", file]).expect(0);
    let expected = home.run(&["check", file, "--json"]).expect(1).json();
    let site = Served::site(&home, &home.path("site"), &["--import", file, "--no-search-passwords"]);
    let credentials = home.file(
        "site.env",
        format!(
            "GIGYA_DATA_CENTER={}\nGIGYA_API_KEY={}\nGIGYA_USER_KEY={}\nGIGYA_PRIVATE_KEY={}\n",
            site.text("url"),
            site.text("api_key"),
            site.text("user_key"),
            site.text("private_key")
        ),
    );
    let report = home.run(&["check", "gigya:", "--json", "--credentials", &credentials]).expect(1).json();
    adds_up(&report);
    assert_eq!(report["lanes"], expected["lanes"], "every password is there, asked for one by one");
    assert!(!home.path(".crosswalk/runs").exists(), "check leaves nothing behind");

    let pilot =
        home.run(&["check", "gigya:", "--json", "--limit", "25", "--credentials", &credentials]).json();
    assert_eq!(pilot["counters"]["read"], 25);

    // What it says about a folder, or an option that it does not have, would lead nowhere.
    let ran = home.run(&["check", "gigya:", "--json", "--limit", "25", "--credentials", &credentials]);
    assert!(ran.stderr.contains("nothing of them is kept"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("/source"), "{}", ran.stderr);
}

/// The users that a command has prepared, by id.
fn prepared(ran: &super::home::Ran, folder: &std::path::Path) -> BTreeMap<String, serde_json::Value> {
    assert!(ran.status <= 1, "{}", ran.stderr);
    let mut users = BTreeMap::new();
    for part in std::fs::read_dir(folder.join("parts")).unwrap() {
        let text = std::fs::read(part.unwrap().path()).unwrap();
        let part: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
        users.extend(part.into_iter().map(|user| (user["user_id"].as_str().unwrap().to_owned(), user)));
    }
    users
}

/// What is left of a value without what is empty: an answer of a site has none of it.
fn stripped(value: &serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    };
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), stripped(value)))
            .filter(|(_, value)| !empty(value))
            .collect(),
        other => other.clone(),
    }
}

/// A search of accounts brings no subscriptions, and getAccountInfo not all of a profile.
#[test]
fn users_of_a_site_are_those_of_its_file() {
    let home = Home::new();
    let file = home.path("sample.ndjson");
    let text = file.to_str().unwrap();
    home.run(&["sample", "--accounts", "400", "--format", "ndjson", "-o", text]).expect(0);
    let site = Served::site(&home, &home.path("site"), &["--import", text, "--no-search-passwords"]);
    let (of_file, of_site) = (home.path("of-file"), home.path("of-site"));
    let ran = home.run(&["convert", text, "-o", of_file.to_str().unwrap()]);
    let expected = prepared(&ran, &of_file);
    let source = format!("gigya:{}", site.text("url"));
    let mut command = home.command(&["convert", &source, "-o", of_site.to_str().unwrap()]);
    let ran = super::home::Ran::from(with_secret(&mut command, &site).output().unwrap());
    let mut subscribed = 0;
    for (id, user) in prepared(&ran, &of_site) {
        let Some(expected) = expected.get(&id) else { continue };
        let subscriptions = stripped(&expected["app_metadata"]["subscriptions"]);
        assert_eq!(stripped(&user["app_metadata"]["subscriptions"]), subscriptions, "{id}");
        assert_eq!(stripped(&user["user_metadata"]), stripped(&expected["user_metadata"]), "{id}");
        subscribed += usize::from(subscriptions.is_object());
    }
    assert!(subscribed > 200, "{subscribed}");
}

#[test]
fn what_is_wrong_at_the_site_is_said_and_no_secret_with_it() {
    let home = Home::new();
    let ran = home.run(&["migrate", "gigya:eu1"]).expect(2);
    assert!(ran.stderr.contains("GIGYA_API_KEY"), "{}", ran.stderr);
    let site = Served::site(&home, &home.path("site"), &[]);
    let source = format!("gigya:{}", site.text("url"));
    let mut command = home.command(&["check", &source]);
    let wrong = "d3JvbmcgYnV0IGJhc2U2NA==";
    let ran: super::home::Ran =
        with_secret(&mut command, &site).env("GIGYA_SECRET", wrong).output().unwrap().into();
    let ran = ran.expect(3);
    assert!(ran.stderr.contains("check GIGYA_SECRET") && !ran.stderr.contains(wrong), "{}", ran.stderr);
}

#[test]
fn a_site_that_cannot_be_reached_so_is_not_asked_again_and_again() {
    let home = Home::new();
    let site = Served::site(&home, &home.path("site"), &["--tls"]);
    let began = std::time::Instant::now();
    let mut command = home.command(&["check", &format!("gigya:{}", site.text("url"))]);
    let ran: super::home::Ran = with_secret(&mut command, &site).output().unwrap().into();
    let ran = ran.expect(2);
    assert!(ran.stderr.contains("--ca FILE") && !ran.stderr.contains("--run"), "{}", ran.stderr);
    let mut command = home.command(&["check", "gigya:https://no-such-host.invalid"]);
    let ran: super::home::Ran = with_secret(&mut command, &site).output().unwrap().into();
    if !ran.stderr.contains("Temporary failure") {
        assert!(ran.expect(2).stderr.contains("check the address"));
        assert!(began.elapsed().as_secs() < 8, "eight attempts take longer");
    }
}

//! The sample into the local tenant under every fault that the tenant knows: nobody is lost, nobody doubled.
//!
//! The tenant's own store is asked, not the report: each user that was sent is there once, as it was sent.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "the other tests use the rest")]
mod fake;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use auth0::{Client, Config, Credentials, tenant_url};
use fake::prepare;
use loopback::FaultPlan;
use mapping::{DEFAULT, Identifier, Mapping};
use migration::import::{ImportError, ImportOptions, ImportOutcome, Progress, run};
use migration::prepare::{PrepareOptions, PrepareProgress};
use migration::run::RunFolder;
use serde_json::Value;
use tenant::{FAULTS, Options, Tenant};
use tokio::sync::watch;

/// The users that the sample becomes.
static SAMPLE: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("sample.json");
    let mut file = std::fs::File::create(&path).unwrap();
    sample::write(
        sample::Options { accounts: 300, seed: 7, ..sample::Options::default() },
        &mut file,
        None::<&mut Vec<u8>>,
    )
    .unwrap();
    let mut options = PrepareOptions { threads: 1, ..PrepareOptions::default() };
    options.policies.identifiers = vec![Identifier::Email];
    let mapping = Mapping::compile(DEFAULT, &options.policies.identifiers).unwrap();
    let folder = RunFolder::create(&dir.path().join("run")).unwrap();
    migration::prepare::prepare(vec![path], &mapping, &options, Some(&folder), &PrepareProgress::default())
        .unwrap();
    let parts = folder.manifest().unwrap().parts;
    let users = parts.iter().flat_map(|part| {
        serde_json::from_slice::<Vec<Value>>(&std::fs::read(folder.part(part.number)).unwrap()).unwrap()
    });
    users.collect()
});

/// Users in a part: small, so that there are jobs enough for faults to choose from.
const PER_PART: usize = 20;

/// A client that does not wait a minute for a request that hangs.
fn client(tenant: &Tenant) -> Client {
    let credentials = Credentials::ClientSecret {
        id: tenant.client_id.clone(),
        secret: tenant.client_secret.clone().into(),
    };
    let config = Config { url: tenant_url(&tenant.url).unwrap(), ca: None, credentials };
    Client::with_timeout(config, Duration::from_secs(2)).unwrap()
}

async fn start(dir: &Path, faults: &str, factor: &str) -> Tenant {
    let mut options = Options::new(dir.join("tenant"));
    options.faults = FaultPlan::parse(faults, &FAULTS).unwrap();
    options.factor = factor.parse().unwrap();
    tenant::start(options).await.unwrap()
}

/// Imports to the end, as a person would: what stopped is resumed, what was refused before anything was written is
/// tried again.
async fn to_the_end(folder: &RunFolder, tenant: &Tenant, upsert: bool) -> ImportOutcome {
    let (_stop, cancel) = watch::channel(false);
    let mut attempts = 0;
    loop {
        attempts += 1;
        let options =
            ImportOptions { upsert, patience: Duration::from_secs(20), ..ImportOptions::new("here") };
        match run(folder, &client(tenant), &options, &Progress::default(), cancel.clone()).await {
            Ok(outcome) => return outcome,
            Err(error @ (ImportError::Stopped(_) | ImportError::Refused(_))) if attempts < 4 => {
                eprintln!("attempt {attempts}: {error}");
            }
            Err(error) => panic!("{error}"),
        }
    }
}

/// How often the tenant has each user, by user_id without prefix.
fn there(tenant: &Tenant) -> BTreeMap<String, (String, u32)> {
    let store = tenant.state().store();
    store
        .read_blocking(|db| -> Result<_, tenant::store::StoreError> {
            let mut users = BTreeMap::new();
            let mut statement = db.prepare("SELECT user_id, email FROM users")?;
            let rows =
                statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
            for row in rows {
                let (id, email) = row?;
                users.entry(id).or_insert((email, 0)).1 += 1;
            }
            Ok(users)
        })
        .unwrap()
}

fn expected() -> BTreeMap<String, (String, u32)> {
    let text = |user: &Value, name: &str| user[name].as_str().unwrap().to_owned();
    SAMPLE.iter().map(|user| (text(user, "user_id"), (text(user, "email"), 1))).collect()
}

/// The sample under faults, and nobody is lost or doubled.
async fn survives(faults: &str, factor: &str, upsert: bool) -> ImportOutcome {
    let dir = tempfile::tempdir().unwrap();
    let tenant = start(dir.path(), faults, factor).await;
    let folder = prepare(&dir.path().join("run"), &SAMPLE, PER_PART);
    let outcome = to_the_end(&folder, &tenant, upsert).await;
    let (there, expected) = (there(&tenant), expected());
    let wrong: Vec<_> = expected.iter().filter(|(id, user)| there.get(*id) != Some(user)).collect();
    assert!(wrong.is_empty() && there.len() == expected.len(), "{faults}: {wrong:?} are lost or doubled");
    let tally = &outcome.tally;
    let users = u64::try_from(SAMPLE.len()).unwrap();
    assert!(tally.adds_up(), "{faults}: {tally:?}");
    // Not already there, not updated: it was us.
    assert_eq!(
        (tally.packed, tally.imported, tally.failed),
        (users, users, 0),
        "{faults}: {:?}",
        outcome.causes
    );
    let map = std::fs::read_to_string(folder.file("id-map.csv")).unwrap();
    assert_eq!(map.lines().filter(|line| line.contains(",imported,")).count(), SAMPLE.len(), "{faults}");
    tenant.stop().await;
    outcome
}

macro_rules! survived {
    ($($name:ident: $faults:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            survives($faults, "1", false).await;
        }
    )*};
}

survived! {
    no_fault: "";
    limited: "429 every 4";
    down: "503 every 5; 500 every 7 after 3";
    down_at_imports: "503 on POST /api/v2/jobs/users-imports every 2";
    answers_lost_at_a_gateway: "504-after on POST /api/v2/jobs/users-imports every 3; 502-after every 11";
    reset_before: "reset-before every 4";
    reset_after: "reset-after every 6; reset-after on POST /api/v2/jobs/users-imports every 4";
    reset_while_the_target_is_made: "reset-after on POST /api/v2/connections first 1; \
        reset-before on PATCH /api/v2/connections/*/clients first 1; reset-after on POST /oauth/token first 1";
    answers_cut: "cut every 5";
    slow: "slow 300ms every 5";
    hanging: "hang after 8 every 40 first 3; hang on POST /api/v2/jobs/users-imports after 5 first 1";
    jobs_fail: "job-failed every 3 first 8";
    jobs_vanish: "job-gone every 3 first 8";
    jobs_are_slow: "job-slow 400ms every 3";
    jobs_vanish_and_nobody_is_found: "job-gone every 2 first 10; search-blind every 2";
    nobody_gets_a_slot: "job-slow 2s first 2";
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_stuck() {
    // The tenant gives a job up after two hours, which are two seconds here.
    let outcome = survives("job-stuck every 6 first 3", "3600", false).await;
    assert!(outcome.jobs.iter().any(|job| job.status == "failed"));
}

/// Everything at once; the same seeds each time.
#[tokio::test(flavor = "multi_thread")]
async fn a_mix() {
    let mut imports = tokio::task::JoinSet::new();
    for seed in [1, 2, 3] {
        for upsert in [false, true] {
            let faults = format!(
                "seed {seed}; 429 chance 0.05; 503 chance 0.04; 503-after chance 0.03; reset-before chance 0.04; \
                 reset-after chance 0.05; cut chance 0.03; slow 50ms chance 0.05; job-failed chance 0.2; \
                 job-gone chance 0.15; job-slow 200ms chance 0.1; search-blind chance 0.3"
            );
            imports.spawn(async move { survives(&faults, "1", upsert).await });
        }
    }
    while let Some(done) = imports.join_next().await {
        done.unwrap();
    }
}

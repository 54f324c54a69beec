//! The importer against the local tenant: what Auth0's own answers lead to.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "the other tests use the rest")]
mod fake;

use std::path::Path;

use auth0::{Client, Config, Credentials, tenant_url};
use fake::prepare;
use migration::import::{ImportError, ImportOptions, ImportOutcome, Progress, run};
use migration::prove::{ProveOptions, prove};
use migration::run::RunFolder;
use serde_json::{Value, json};
use tokio::sync::watch;

async fn start(dir: &Path) -> (tenant::Tenant, Client) {
    let tenant = tenant::start(tenant::Options::new(dir.join("tenant"))).await.unwrap();
    let credentials = Credentials::ClientSecret {
        id: tenant.client_id.clone(),
        secret: tenant.client_secret.clone().into(),
    };
    let client =
        Client::new(Config { url: tenant_url(&tenant.url).unwrap(), ca: None, credentials }).unwrap();
    (tenant, client)
}

async fn import(folder: &RunFolder, client: &Client, upsert: bool) -> Result<ImportOutcome, ImportError> {
    let (_stop, cancel) = watch::channel(false);
    let options = ImportOptions { upsert, ..ImportOptions::new("local") };
    run(folder, client, &options, &Progress::default(), cancel).await
}

/// md5 of `secret`, which logs in.
const MD5: &str = "5ebe2294ecd0e0f08eab7690d2a6ee69";

fn users(count: u32) -> Vec<Value> {
    (0..count)
        .map(|id| {
            json!({
                "user_id": format!("u{id}"), "email": format!("user{id}@example.com"), "email_verified": id % 2 == 0,
                "given_name": "Ann", "name": format!("Ann {id} \"ř\""), "blocked": false,
                "custom_password_hash": {"algorithm": "md5", "hash": {"value": MD5, "encoding": "hex"}},
                "user_metadata": {"city": "Brno"},
                "app_metadata": {"gigya": {"created": "2020-01-01T00:00:00Z", "n": 1.5, "list": [1, {"a": null}]}},
            })
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn all_arrive_and_a_second_run_doubles_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let (tenant, client) = start(dir.path()).await;
    let users = users(450);
    let folder = prepare(&dir.path().join("one"), &users, 60);
    let outcome = import(&folder, &client, false).await.unwrap();
    assert_eq!(
        (outcome.tally.packed, outcome.tally.imported, outcome.tally.failed),
        (450, 450, 0),
        "{outcome:?}"
    );
    assert_eq!(outcome.jobs.len(), 8);

    let again = prepare(&dir.path().join("two"), &users, 60);
    let outcome = import(&again, &client, false).await.unwrap();
    assert_eq!((outcome.tally.already_there, outcome.tally.failed), (450, 0), "{outcome:?}");
    let searches = outcome.requests.requests["GET api/v2/users"];
    assert!(searches <= 450 / 100 + 2 * 8 + 450 / 60 * 2 + 30, "read back in batches: {searches} requests");

    let upserted = prepare(&dir.path().join("three"), &users, 60);
    let outcome = import(&upserted, &client, true).await.unwrap();
    assert_eq!((outcome.tally.updated, outcome.tally.failed), (450, 0), "{outcome:?}");
    tenant.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_refusal_has_its_cause() {
    let dir = tempfile::tempdir().unwrap();
    let (tenant, client) = start(dir.path()).await;
    let folder = prepare(&dir.path().join("one"), &users(6), 10);
    import(&folder, &client, false).await.unwrap();

    let mut changed = users(8);
    changed[1]["name"] = json!("Somebody else");
    changed[2]["user_id"] = json!("another-id");
    changed[6]["email"] = json!("no-address");
    changed[7]["email"] = json!("user3@example.com");
    let folder = prepare(&dir.path().join("two"), &changed, 10);
    let outcome = import(&folder, &client, false).await.unwrap();
    assert_eq!(
        (outcome.tally.already_there, outcome.tally.imported, outcome.tally.failed),
        (4, 0, 4),
        "{outcome:?}"
    );
    let causes: Vec<_> = outcome.causes.iter().map(|cause| (cause.code.as_str(), cause.count)).collect();
    assert_eq!(
        causes,
        [
            ("auth0_duplicated_user", 1),
            ("auth0_invalid_format", 1),
            ("email_taken", 1),
            ("exists_different", 1)
        ]
    );
    tenant.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_arrived_is_proved_by_reading_and_by_logging_in() {
    let dir = tempfile::tempdir().unwrap();
    let (tenant, client) = start(dir.path()).await;
    let folder = prepare(&dir.path().join("one"), &users(30), 10);
    import(&folder, &client, false).await.unwrap();
    let logins = dir.path().join("logins.ndjson");
    let line = |id: u32, password: &str| {
        format!("{{\"login\":\"user{id}@example.com\",\"password\":\"{password}\"}}\n")
    };
    std::fs::write(&logins, line(1, "secret") + &line(2, "secret") + &line(3, "mistake")).unwrap();
    let (_stop, cancel) = watch::channel(false);
    let options = ProveOptions { logins: Some(logins), wrong_too: true, ..ProveOptions::default() };
    let proof = prove(&folder, &client, "gigya", &options, &Progress::default(), cancel).await.unwrap();
    assert_eq!((proof.proof.compared, proof.proof.equal), (30, 30), "{proof:?}");
    assert_eq!((proof.logins.tried, proof.logins.passed), (3, 2), "{proof:?}");
    assert_eq!((proof.logins.wrong_tried, proof.logins.wrong_refused), (3, 3), "{proof:?}");
    assert_eq!(proof.failures.len(), 1);
    assert!(!format!("{proof:?}").contains("user3@"), "logins are masked");
    tenant.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_is_the_same_on_another_port_and_another_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let folder = prepare(&dir.path().join("run"), &users(40), 10);
    let go = async |tenant: &tenant::Tenant, client: &Client| {
        let (_stop, cancel) = watch::channel(false);
        run(&folder, client, &ImportOptions::new(tenant.url.clone()), &Progress::default(), cancel).await
    };
    let (tenant, client) = start(dir.path()).await;
    let first = tenant.url.clone();
    go(&tenant, &client).await.unwrap();
    tenant.stop().await;

    // Another program takes the port meanwhile.
    let _taken = std::net::TcpListener::bind(first.strip_prefix("http://").unwrap()).unwrap();
    let (tenant, client) = start(dir.path()).await;
    assert_ne!(tenant.url, first);
    let outcome = go(&tenant, &client).await.unwrap();
    assert_eq!((outcome.tally.imported, outcome.tally.failed), (40, 0));
    assert!(!outcome.requests.requests.keys().any(|call| call.starts_with("POST api/v2")), "{outcome:?}");
    tenant.stop().await;

    let (other, client) = start(&dir.path().join("other")).await;
    let made = client.create_connection("gigya", serde_json::Map::new()).await.unwrap();
    let error = go(&other, &client).await.unwrap_err();
    assert!(error.exit_code() == 3 && error.to_string().contains("another tenant"), "{error}");
    assert!(client.enabled_clients(&made.id).await.unwrap().is_empty(), "nothing was written");
    other.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn users_as_deep_as_accounts_may_be_arrive_and_are_read_back() {
    let dir = tempfile::tempdir().unwrap();
    let (tenant, client) = start(dir.path()).await;
    let mut deep = users(3);
    for (user, levels) in deep.iter_mut().zip([126, 127, 1_000]) {
        let mut data = json!({"level": levels});
        for _ in 1..levels {
            data = json!({"d": data});
        }
        user["app_metadata"]["data"] = data;
    }
    let folder = prepare(&dir.path().join("one"), &deep, 10);
    let outcome = import(&folder, &client, false).await.unwrap();
    assert_eq!((outcome.tally.imported, outcome.tally.failed), (3, 0), "{:?}", outcome.causes);
    let folder = prepare(&dir.path().join("two"), &deep, 10);
    let outcome = import(&folder, &client, false).await.unwrap();
    assert_eq!((outcome.tally.already_there, outcome.tally.failed), (3, 0), "{:?}", outcome.causes);
    tenant.stop().await;
}

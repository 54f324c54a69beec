//! A tenant that is killed goes on where its jobs stood, and no user happens twice.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::api::Api;
use serde_json::{Value, json};

/// Where the child finds its data folder; absent in an ordinary run of the tests.
const FOLDER: &str = "TENANT_TEST_FOLDER";
const USERS: usize = 6_000;

/// Not a test by itself: the tenant that the test below kills.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let tenant = tenant::start(tenant::Options::new(folder)).await.unwrap();
    println!("READY {}", serde_json::to_string(&tenant.ready_line()).unwrap());
    std::future::pending::<()>().await;
}

fn spawn(folder: &Path) -> (Child, Value) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::child", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready =
        lines.find_map(|line| line.unwrap().split_once("READY ").map(|(_, ready)| ready.to_owned())).unwrap();
    (child, serde_json::from_str(&ready).unwrap())
}

async fn connect(ready: &Value) -> Api {
    let text = |name: &str| ready[name].as_str().unwrap();
    Api::connect(text("url"), text("client_id"), text("client_secret")).await
}

fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[tokio::test]
async fn each_user_happens_once() {
    let data = tempfile::tempdir().unwrap();
    let (mut child, ready) = spawn(data.path());
    let mut api = connect(&ready).await;
    let connection = api.connection("c", json!({})).await;
    let mut interrupted = 0;
    for round in 0..6 {
        // The last user is the double of the first: found only if what came before the kill is remembered.
        let file = |half: usize| {
            let mut users: Vec<Value> = (0..USERS / 2)
                .map(|n| json!({"email": format!("u{round}-{half}-{n}@example.org")}))
                .collect();
            users.push(users[0].clone());
            Value::from(users).to_string()
        };
        let jobs =
            [api.submit(&connection, false, file(0)).await, api.submit(&connection, false, file(1)).await];
        kill(child);
        let ready;
        (child, ready) = spawn(data.path());
        api = connect(&ready).await;
        for job in &jobs {
            let path = format!("/jobs/{job}");
            let seen: Value =
                api.request(reqwest::Method::GET, &path).send().await.unwrap().json().await.unwrap();
            interrupted += usize::from(seen["status"] == "pending");
            let done = api.done(job).await;
            assert_eq!(done["status"], "completed");
            assert_eq!(
                done["summary"],
                json!({"failed": 1, "updated": 0, "inserted": USERS / 2, "total": USERS / 2 + 1})
            );
            let errors = api.errors(job).await;
            assert_eq!(
                errors[0]["errors"][0]["message"],
                "A user with this [email|username|user_id] was already provided."
            );
        }
    }
    kill(child);
    assert!(interrupted > 0, "no kill came while a job ran");
    let store = tenant::store::open(data.path()).unwrap();
    let users: i64 = store
        .read_blocking(|reader| -> Result<i64, tenant::store::StoreError> {
            Ok(reader.query_row("SELECT count(*) FROM users", [], |row| row.get(0))?)
        })
        .unwrap();
    assert_eq!(users, 6 * USERS as i64);
}

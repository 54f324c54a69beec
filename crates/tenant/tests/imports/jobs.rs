//! The life of a job.

use std::sync::Arc;

use super::api::{World, file, form, refusal};
use loopback::ManualClock;
use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::{Value, json};

const HOUR: i64 = 60 * 60 * 1000;

#[tokio::test]
async fn the_answers_are_those_recorded() {
    let world = World::start().await;
    let connection = world.api.connection("Users", json!({})).await;
    // Parts in any order, one too many, an empty external_id.
    let form = Form::new()
        .text("send_completion_email", "false")
        .part("users", file(r#"[{"email": "Ada@Example.org"}]"#))
        .text("external_id", "")
        .text("surprise", "x")
        .text("upsert", "false")
        .text("connection_id", connection.clone());
    let answer = world.api.post(form).await;
    assert_eq!(answer.status(), 202);
    assert!(answer.headers().contains_key("x-ratelimit-remaining"));
    let text = answer.text().await.unwrap();
    let job: Value = serde_json::from_str(&text).unwrap();
    let (id, created_at) = (job["id"].as_str().unwrap(), job["created_at"].as_str().unwrap());
    assert_eq!(
        text,
        format!(
            r#"{{"type":"users_import","status":"pending","connection_id":"{connection}","connection":"Users","created_at":"{created_at}","id":"{id}"}}"#
        )
    );
    assert!(id.starts_with("job_") && id.len() == 20);
    let done = world.api.done(id).await;
    assert_eq!(
        done.to_string(),
        format!(
            r#"{{"type":"users_import","status":"completed","connection_id":"{connection}","summary":{{"failed":0,"updated":0,"inserted":1,"total":1}},"connection":"Users","created_at":"{created_at}","id":"{id}"}}"#
        )
    );
    assert_eq!(world.api.errors(id).await, Value::Null);
    let users = world.api.by_email("ada@example.org").await;
    let user = &users[0];
    assert_eq!(user["email_verified"], false);
    assert_eq!(user["name"], "ada@example.org");
    assert_eq!(user["nickname"], "ada");
    let picture = user["picture"].as_str().unwrap();
    assert!(picture.starts_with("https://secure.gravatar.com/avatar/"), "{picture}");
    let identity = &user["identities"][0];
    assert_eq!(identity["connection"], "Users");
    assert_eq!(user["user_id"], format!("auth0|{}", identity["user_id"].as_str().unwrap()));
    assert_eq!(identity["user_id"].as_str().unwrap().len(), 24);
    assert_eq!(user.get("app_metadata"), None);
    // Nobody has the password of a user that came without a hash.
    assert_eq!(world.api.login("Users", "ada@example.org", "").await / 100, 4);
}

#[tokio::test]
async fn external_id_is_shown_when_it_is_not_empty() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    let answer = world.api.post(form(&connection, "[]").text("external_id", "run/part-1")).await;
    let job: Value = answer.json().await.unwrap();
    assert_eq!(job["external_id"], "run/part-1");
    let done = world.api.done(job["id"].as_str().unwrap()).await;
    assert_eq!(done["external_id"], "run/part-1");
    assert_eq!(done["summary"], json!({"failed": 0, "updated": 0, "inserted": 0, "total": 0}));
}

#[tokio::test]
async fn a_malformed_file_fails_without_a_word() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    for bad in [
        "{",
        "{\"email\": \"a@x.de\"}\n{\"email\": \"b@x.de\"}",
        "{\"email\": \"a@x.de\"}",
        "[{\"email\": \"a@x.de\"},]",
        "nonsense",
    ] {
        let job = world.api.submit(&connection, false, bad).await;
        let done = world.api.done(&job).await;
        assert_eq!(done["status"], "failed", "{bad}");
        assert_eq!(done.get("summary"), None, "{bad}");
        assert_eq!(world.api.errors(&job).await, Value::Null, "{bad}");
    }
    assert_eq!(world.api.by_email("a@x.de").await, json!([]));
}

#[tokio::test]
async fn unknown_jobs() {
    let world = World::start().await;
    for (path, message) in [
        ("/jobs/job_0000000000000000", "Job not found."),
        ("/jobs/job_0000000000000000/errors", "The job does not exist"),
    ] {
        let (status, body) = refusal(world.api.request(Method::GET, path).send().await.unwrap()).await;
        let expected = json!({"statusCode": 404, "error": "Not Found", "message": message, "errorCode": "inexistent_job"});
        assert_eq!((status, body), (404, expected));
    }
}

#[tokio::test]
async fn a_job_is_forgotten_after_a_day() {
    let clock = Arc::new(ManualClock::at(1_700_000_000_000));
    let shared = clock.clone();
    let mut world = World::start_with(move |options| options.clock = shared).await;
    let connection = world.api.connection("c", json!({})).await;
    let job = world.api.submit(&connection, false, "[{}]").await;
    world.api.done(&job).await;
    clock.advance(23 * HOUR);
    world.api.renew().await;
    assert_eq!(world.api.done(&job).await["summary"]["failed"], 1);
    clock.advance(HOUR);
    world.api.renew().await;
    for path in [format!("/jobs/{job}"), format!("/jobs/{job}/errors")] {
        assert_eq!(world.api.request(Method::GET, &path).send().await.unwrap().status(), 404);
    }
}

#[tokio::test]
async fn a_third_job_is_refused_and_a_slow_one_times_out() {
    let clock = Arc::new(ManualClock::at(1_700_000_000_000));
    let shared = clock.clone();
    let mut world = World::start_with(move |options| options.clock = shared).await;
    let connection = world.api.connection("c", json!({})).await;
    // Put there as they would stand after a kill: nobody runs them.
    let store = world.tenant.as_ref().unwrap().state().store().clone();
    let jobs = {
        let mut ids = Vec::new();
        for number in 0..2 {
            let id = tenant::ids::job_id();
            let (connection, id2) = (connection.clone(), id.clone());
            store
                .write_blocking(move |tx| -> Result<(), tenant::store::StoreError> {
                    tx.execute(
                        "INSERT INTO jobs (id, type, status, connection, connection_id, connection_name, payload, created_at)
                         SELECT ?1, 'users_import', 'pending', pk, id, name, ?2, ?3 FROM connections WHERE id = ?4",
                        (id2, format!("[{{\"email\": \"a{number}@x.de\"}}]").into_bytes(), 1_700_000_000_000_i64, connection),
                    )?;
                    Ok(())
                })
                .unwrap();
            ids.push(id);
        }
        ids
    };
    let (status, body) = refusal(world.api.post(form(&connection, "[]")).await).await;
    assert_eq!(
        (status, body),
        (
            429,
            json!({"statusCode": 429, "error": "Too Many Requests", "errorCode": "too_many_requests",
                "message": "There are 2 active import users jobs, please wait until some of them are finished and try again"})
        )
    );
    // Taken up after a restart, but too late.
    drop(store);
    world.stop().await;
    clock.advance(2 * HOUR + 1);
    let mut options = tenant::Options::new(world.data.path());
    options.clock = clock;
    let tenant = tenant::start(options).await.unwrap();
    world.api = super::api::Api::connect(&tenant.url, &tenant.client_id, &tenant.client_secret).await;
    for job in jobs {
        let done = world.api.done(&job).await;
        assert_eq!((done["status"].as_str(), done.get("summary")), (Some("failed"), None));
    }
    assert_eq!(world.api.by_email("a0@x.de").await, json!([]));
    tenant.stop().await;
}

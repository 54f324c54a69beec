//! The life of an export.

use std::sync::Arc;

use loopback::ManualClock;
use reqwest::Method;
use serde_json::{Value, json};

use super::{download, exported, populated, submit};
use crate::api::{Api, World};

const HOUR: i64 = 60 * 60 * 1000;

#[tokio::test]
async fn the_answers_are_those_recorded() {
    let (world, connection) = populated(1).await;
    let body =
        json!({"connection_id": connection, "format": "json", "limit": 5, "fields": [{"name": "email"}]});
    let job = submit(&world.api, body).await;
    let (id, created_at) = (job["id"].as_str().unwrap(), job["created_at"].as_str().unwrap());
    assert_eq!(
        job.to_string(),
        format!(
            r#"{{"type":"users_export","status":"pending","connection_id":"{connection}","format":"json","limit":5,"fields":[{{"name":"email"}}],"connection":"c","created_at":"{created_at}","id":"{id}"}}"#
        )
    );
    let done = world.api.done(id).await;
    assert_eq!((&done["status"], &done["percentage_done"]), (&json!("completed"), &json!(100)));
    let location = done["location"].as_str().unwrap();
    assert!(location.contains("/tenant.json.gz?Expires="), "{location}");
    assert_eq!(world.api.errors(id).await, Value::Null);
    let bare = submit(&world.api, json!({})).await;
    let members: Vec<&String> = bare.as_object().unwrap().keys().collect();
    assert_eq!(members, ["type", "status", "format", "created_at", "id"]);
    assert_eq!(bare["format"], "csv");
}

#[tokio::test]
async fn a_link_is_good_for_a_minute_and_a_job_for_a_day() {
    let clock = Arc::new(ManualClock::at(1_700_000_000_000));
    let shared = clock.clone();
    let mut world = World::start_with(move |options| options.clock = shared).await;
    world.api.connection("c", json!({})).await;
    let job = submit(&world.api, json!({"format": "json"})).await;
    let id = job["id"].as_str().unwrap();
    let location = world.api.done(id).await["location"].as_str().unwrap().to_owned();
    clock.advance(60_000);
    assert_eq!(download(&location).await, "");
    clock.advance(1_000);
    let answer = reqwest::get(&location).await.unwrap();
    assert_eq!(answer.status(), 403);
    assert!(answer.text().await.unwrap().contains("Request has expired"));
    let again = world.api.done(id).await["location"].as_str().unwrap().to_owned();
    assert_eq!(download(&again).await, "");
    // Neither a later end of the minute nor another job can be made up.
    let (place, query) = again.split_once('?').unwrap();
    let later = query.replacen("Expires=1", "Expires=2", 1);
    for forged in [format!("{place}?{later}"), place.to_owned(), again.replace("Signature=", "Signature=0")] {
        assert_eq!(reqwest::get(&forged).await.unwrap().status(), 403, "{forged}");
    }
    assert_eq!(reqwest::get(again.replace(id, "job_0000000000000000")).await.unwrap().status(), 404);
    let file = world.data.path().join("exports").join(format!("{id}.json.gz"));
    assert!(file.exists());
    clock.advance(24 * HOUR);
    world.api.renew().await;
    let answer = world.api.request(Method::GET, &format!("/jobs/{id}")).send().await.unwrap();
    assert_eq!(answer.status(), 404);
    submit(&world.api, json!({})).await;
    assert!(!file.exists());
}

#[tokio::test]
async fn an_export_that_was_cut_off_starts_over() {
    let (mut world, connection) = populated(3).await;
    let store = world.tenant.as_ref().unwrap().state().store().clone();
    // As it would stand after a kill: nobody runs it, and half a file lies there.
    store
        .write_blocking(|tx| -> Result<(), tenant::store::StoreError> {
            tx.execute(
                "INSERT INTO exports (id, status, connection, connection_id, connection_name, format, fields, secret, created_at)
                 SELECT 'job_1', 'pending', pk, id, name, 'json', '[{\"name\":\"email\"}]', 'x', ?1 FROM connections WHERE id = ?2",
                (tenant::time::parse("2999-01-01"), connection),
            )?;
            Ok(())
        })
        .unwrap();
    drop(store);
    world.stop().await;
    let folder = world.data.path().join("exports");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("job_1.json.gz.draft"), "half").unwrap();
    let tenant = tenant::start(tenant::Options::new(world.data.path())).await.unwrap();
    let api = Api::connect(&tenant.url, &tenant.client_id, &tenant.client_secret).await;
    let done = api.done("job_1").await;
    let text = download(done["location"].as_str().unwrap()).await;
    assert_eq!(text.lines().count(), 3);
    // And the name of a user who came in later is found in a new export.
    assert!(exported(&api, json!({"format": "json", "limit": 1})).await.contains("auth0|00000"));
    tenant.stop().await;
}

//! Export jobs over HTTP.

mod file;
mod jobs;
mod requests;

use std::io::Read as _;

use reqwest::Method;
use serde_json::{Value, json};

use super::api::{Api, World};

/// Posts an export; the job as it was answered.
async fn submit(api: &Api, body: Value) -> Value {
    let answer = api.request(Method::POST, "/jobs/users-exports").json(&body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

/// The file behind a link, unpacked.
async fn download(location: &str) -> String {
    let answer = reqwest::get(location).await.unwrap();
    assert_eq!(answer.status(), 200);
    let length = answer.content_length().unwrap();
    let packed = answer.bytes().await.unwrap();
    assert_eq!(packed.len() as u64, length);
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_ref()).read_to_string(&mut text).unwrap();
    text
}

/// What an export of these values writes.
async fn exported(api: &Api, body: Value) -> String {
    let job = submit(api, body).await;
    let done = api.done(job["id"].as_str().unwrap()).await;
    assert_eq!(done["status"], "completed", "{done}");
    download(done["location"].as_str().unwrap()).await
}

/// A world with a connection `c` of a few users; the connection's id.
async fn populated(users: usize) -> (World, String) {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    let users: Vec<Value> = (0..users)
        .map(|n| json!({"email": format!("u{n}@example.org"), "user_id": format!("{n:05}"), "name": format!("U {n}"),
            "user_metadata": {"n": n}}))
        .collect();
    let (summary, _) = world.api.import(&connection, false, &users.into()).await;
    assert_eq!(summary["failed"], 0);
    (world, connection)
}

//! What is wrong with a request.

use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{World, refusal};

#[tokio::test]
async fn each_fault_has_its_text() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    let many: Vec<Value> = (0..31).map(|n| json!({"name": format!("user_metadata.f{n}")})).collect();
    for (body, message, code) in [
        (
            json!({"connection_id": "c"}),
            "Payload validation error: 'String does not match pattern ^con_[A-Za-z0-9]{16}$' on property connection_id (connection_id of the connection from which users will be exported.).",
            "invalid_body",
        ),
        (
            json!({"connection_id": "con_0000000000000000"}),
            "The connection does not exist.",
            "inexistent_connection",
        ),
        (
            json!({"limit": 0}),
            "Payload validation error: 'Value 0 is less than minimum 1' on property limit (Limit the number of records.).",
            "invalid_body",
        ),
        (
            json!({"format": "xml"}),
            "Payload validation error: 'No enum match for: xml' on property format (Format of the file. Must be `json` or `csv`.).",
            "invalid_body",
        ),
        (
            json!({"what": 1}),
            "Payload validation error: 'Additional properties not allowed: what'.",
            "invalid_body",
        ),
        (
            json!({"fields": [{"export_as": "x"}]}),
            "Payload validation error: 'Missing required property: name' on property fields[0]",
            "invalid_body",
        ),
        (
            json!({"fields": [{"name": "a..b"}]}),
            "Payload validation error: 'a..b is not the path of a field' on property fields",
            "invalid_body",
        ),
        (
            json!({"fields": many}),
            "Payload validation error: 'Array is too long (31), maximum 30' on property fields",
            "invalid_body",
        ),
        (
            json!({"fields": [{"name": "app_metadata"}], "connection_id": connection}),
            "Payload validation error: 'app_metadata cannot be exported to CSV as a whole, name its fields' on property fields",
            "invalid_body",
        ),
    ] {
        let request = world.api.request(Method::POST, "/jobs/users-exports").json(&body);
        let found = refusal(request.send().await.unwrap()).await;
        let expected =
            json!({"statusCode": 400, "error": "Bad Request", "message": message, "errorCode": code});
        assert_eq!(found, (400, expected), "{body}");
    }
}

#[tokio::test]
async fn the_scope_is_read_users() {
    let world = World::start().await;
    let other = world.api.with_token(&world.api.token_for(Some("create:users")).await);
    let request = other.request(Method::POST, "/jobs/users-exports").json(&json!({}));
    let (status, body) = refusal(request.send().await.unwrap()).await;
    assert_eq!((status, body["errorCode"].as_str()), (403, Some("insufficient_scope")));
    let reader = world.api.with_token(&world.api.token_for(Some("read:users")).await);
    let job = super::submit(&reader, json!({"format": "json"})).await;
    assert_eq!(reader.done(job["id"].as_str().unwrap()).await["status"], "completed");
}

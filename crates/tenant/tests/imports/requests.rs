//! What a request may get wrong.

use super::api::{World, file, form, refusal};
use reqwest::Method;
use reqwest::multipart::Form;
use serde_json::{Value, json};

const ONE: &str = r#"[{"email": "ada@example.org"}]"#;
const NOWHERE: &str = "con_0000000000000000";

#[tokio::test]
async fn every_400_has_its_text() {
    let world = World::start().await;
    let api = &world.api;
    let connection = api.connection("c", json!({})).await;
    let custom = api.connection("custom", json!({"enabledDatabaseCustomization": true})).await;
    let plain = |name: &str| json!({"name": name, "strategy": "auth0"});
    let body = plain("nobody");
    let disabled: Value =
        api.request(Method::POST, "/connections").json(&body).send().await.unwrap().json().await.unwrap();
    let disabled = disabled["id"].as_str().unwrap();
    for (form, code, message) in [
        (
            Form::new().text("connection_id", connection.clone()),
            "invalid_body",
            "Must provide 'users' file as multipart part.",
        ),
        (form(&connection, ""), "invalid_body", "Users file must not be empty."),
        (
            Form::new().part("users", file(ONE)),
            "invalid_body",
            "Must provide 'connection_id' as multipart part.",
        ),
        (
            form("Username-Password-Authentication", ONE),
            "invalid_body",
            "Payload validation error: 'String does not match pattern ^con_[A-Za-z0-9]{16}$' on property connection_id",
        ),
        (
            form(&connection, ONE).text("upsert", "maybe"),
            "invalid_body",
            "Payload validation error: 'Expected type boolean but found type string' on property upsert",
        ),
        (form(NOWHERE, ONE), "inexistent_connection", "The connection does not exist."),
        (form(disabled, ONE), "connection_is_disabled", "Connection must be enabled."),
        (
            form(&custom, ONE),
            "operation_not_supported",
            "Custom Database Connections without import mode are not allowed.",
        ),
        // The file is looked at before the connection.
        (
            Form::new().text("connection_id", NOWHERE),
            "invalid_body",
            "Must provide 'users' file as multipart part.",
        ),
    ] {
        let (status, body) = refusal(api.post(form).await).await;
        let expected =
            json!({"statusCode": 400, "error": "Bad Request", "message": message, "errorCode": code});
        assert_eq!((status, body), (400, expected));
    }
    let answer = api.request(Method::POST, "/jobs/users-imports").json(&json!({})).send().await.unwrap();
    let (status, body) = refusal(answer).await;
    assert_eq!(status, 400);
    assert_eq!(body["message"], "Payload validation error: 'Invalid multipart payload format'.");
    let answer = api
        .request(Method::POST, "/jobs/users-imports")
        .header("content-type", "multipart/form-data; boundary=x")
        .body("--x\r\nContent-Disposition: form-data; name=\"users\"\r\n\r\ncut off");
    let (status, body) = refusal(answer.send().await.unwrap()).await;
    assert_eq!((status, body["errorCode"].as_str()), (400, Some("invalid_body")));
}

#[tokio::test]
async fn import_mode_lets_a_custom_database_in() {
    let world = World::start().await;
    let options = json!({"enabledDatabaseCustomization": true, "import_mode": true});
    let connection = world.api.connection("custom", options).await;
    assert_eq!(world.api.post(form(&connection, ONE)).await.status(), 202);
}

#[tokio::test]
async fn the_whole_body_counts() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    // The frame of this form is written by hand, to know its length.
    let frame = |file: &str| {
        format!(
            "--x\r\nContent-Disposition: form-data; name=\"connection_id\"\r\n\r\n{connection}\r\n--x\r\n\
             Content-Disposition: form-data; name=\"users\"; filename=\"u\"\r\n\r\n{file}\r\n--x--\r\n"
        )
    };
    let padded = |length: usize| {
        let missing = length - frame(ONE).len();
        frame(&format!("{ONE}{}", " ".repeat(missing)))
    };
    for (length, chunked, expected) in
        [(512_000, false, 202), (512_001, false, 413), (512_001, true, 413), (5_000_000, true, 413)]
    {
        let body = padded(length);
        assert_eq!(body.len(), length);
        if chunked {
            let answer = world.api.post_chunked(&body).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {expected} ")), "{answer}");
            assert!(
                answer.contains("Payload content length greater than maximum allowed: 512000"),
                "{answer}"
            );
            continue;
        }
        let answer = world
            .api
            .request(Method::POST, "/jobs/users-imports")
            .header("content-type", "multipart/form-data; boundary=x")
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), expected, "{length} {chunked}");
        if expected == 413 {
            let body: Value = answer.json().await.unwrap();
            assert_eq!(body["message"], "Payload content length greater than maximum allowed: 512000");
        }
    }
}

#[tokio::test]
async fn scopes_are_asked_first() {
    let world = World::start().await;
    let reader = world.api.with_token(&world.api.token_for(Some("read:users")).await);
    let (status, body) = refusal(reader.post(Form::new()).await).await;
    assert_eq!(status, 403);
    assert_eq!(body["message"], "Insufficient scope, expected any of: create:users");
    assert_eq!(body["errorCode"], "insufficient_scope");
    let other = world.api.with_token(&world.api.token_for(Some("read:connections")).await);
    for path in ["/jobs/job_0000000000000000", "/jobs/job_0000000000000000/errors"] {
        assert_eq!(other.request(Method::GET, path).send().await.unwrap().status(), 403);
        assert_eq!(reader.request(Method::GET, path).send().await.unwrap().status(), 404);
    }
    let nobody = world.api.with_token("x");
    assert_eq!(nobody.post(Form::new()).await.status(), 400);
}

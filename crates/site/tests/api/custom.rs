//! Accounts whose passwords an HTTP service of the customer checks.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::routing::post;
use axum::{Form, Json, Router};
use loopback::ManualClock;
use serde_json::{Value, json};
use site::Options;

use crate::world::{START_MS, Way, World};

async fn check(Form(form): Form<BTreeMap<String, String>>) -> Json<Value> {
    Json(
        json!({"valid": form["password"] == "open" && form["hashedPassword"] == "h-1" && form["salt"] == "s-1"}),
    )
}

#[tokio::test]
async fn the_service_decides_and_after_the_first_login_the_site_does() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/check", listener.local_addr().unwrap());
    let service = tokio::spawn(async move {
        axum::serve(listener, Router::new().route("/check", post(check))).await.unwrap();
    });
    let data = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(START_MS));
    let world = World::of(Options { clock: clock.clone(), ..Options::new(data.path()) }, clock).await;
    let call = async |endpoint: &str, params: Value| -> Value {
        let Value::Object(params) = params else { panic!("parameters are an object") };
        world.call(endpoint, params, Way::Signature, None).await.1
    };
    let settings = json!({"algorithm": "custom", "URL": url, "salt": "s-1", "format": "$salt$password"});
    let account = json!({"UID": "u", "loginIDs": {"username": "ann"},
        "password": {"hashedPassword": "h-1", "hashSettings": settings}});
    assert_eq!(call("accounts.importFullAccount", account).await["errorCode"], 0);
    let login = |password: &str| json!({"loginID": "ann", "password": password});
    assert_eq!(call("accounts.login", login("closed")).await["errorCode"], 403_042);
    assert_eq!(call("accounts.login", login("open")).await["errorCode"], 0);
    service.abort();
    let _ = service.await;
    assert_eq!(call("accounts.login", login("open")).await["errorCode"], 0);
    assert_eq!(call("accounts.login", login("closed")).await["errorCode"], 403_042);
    world.site.stop().await;
}

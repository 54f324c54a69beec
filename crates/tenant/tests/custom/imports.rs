//! Import mode: who is found comes into the store, and the scripts are not asked again.

use serde_json::{Value, json};

use crate::legacy::{GET_USER, LOGIN, Legacy, api, connection, login};
use crate::world::World;

async fn migrating(legacy: &Legacy) -> World {
    let world = World::start().await;
    let scripts = json!({"login": LOGIN, "get_user": GET_USER});
    connection(&world, true, scripts, json!({"URL": legacy.url, "KEY": "the key"})).await;
    world
}

async fn users(world: &World) -> Vec<Value> {
    let answer = api(world, "GET", "/api/v2/users?search_engine=v3", Value::Null).await;
    answer.body.as_array().unwrap().clone()
}

#[tokio::test]
async fn the_first_login_asks_the_script_and_the_second_does_not() {
    let legacy = Legacy::start().await;
    let world = migrating(&legacy).await;
    let wrong = login(&world, "ann@example.com", "wrong").await;
    assert_eq!((wrong.status, &wrong.body["error"]), (403, &json!("invalid_grant")));
    assert_eq!(login(&world, "bob@example.com", "right 1").await.status, 403);
    assert!(users(&world).await.is_empty(), "a wrong password leaves nobody behind");
    legacy.asked();

    assert_eq!(login(&world, "ann@example.com", "right 1").await.status, 200);
    assert_eq!(legacy.asked(), ["/login who=ann%40example.com&password=right+1"]);
    let ann = users(&world).await.remove(0);
    assert_eq!((&ann["user_id"], &ann["email"]), (&json!("auth0|ann-1"), &json!("ann@example.com")));
    assert_eq!((&ann["email_verified"], &ann["logins_count"]), (&json!(true), &json!(1)));
    assert_eq!(ann["app_metadata"], json!({"legacy": 1}));

    assert_eq!(login(&world, "ann@example.com", "right 1").await.status, 200);
    assert_eq!(login(&world, "ANN@example.com", "wrong").await.status, 403);
    assert_eq!(legacy.asked(), [""; 0], "the store has the password now");
    assert_eq!(users(&world).await.len(), 1);
}

#[tokio::test]
async fn logins_at_the_same_time_make_one_user() {
    let legacy = Legacy::start().await;
    let world = migrating(&legacy).await;
    let (one, two, three) = tokio::join!(
        login(&world, "ann@example.com", "right 1"),
        login(&world, "ann@example.com", "right 1"),
        login(&world, "ann@example.com", "right 1")
    );
    assert_eq!([one.status, two.status, three.status], [200; 3]);
    assert_eq!(users(&world).await.len(), 1);
}

#[tokio::test]
async fn an_outage_is_no_wrong_password() {
    let legacy = Legacy::start().await;
    let world = World::start().await;
    let scripts = json!({"login": LOGIN, "get_user": GET_USER});
    connection(&world, true, scripts, json!({"URL": format!("{}/down?", legacy.url), "KEY": "the key"}))
        .await;
    let answer = login(&world, "ann@example.com", "right 1").await;
    assert_eq!((answer.status, &answer.body["error"]), (403, &json!("access_denied")));
    assert_eq!(answer.body["error_description"], "the legacy database answered 503");
    for _ in 0..12 {
        let again = login(&world, "ann@example.com", "right 1").await;
        assert_eq!(again.body["error"], "access_denied", "an outage closes nobody's account");
    }
}

#[tokio::test]
async fn get_user_is_asked_before_a_sign_up_a_creation_and_a_reset() {
    let legacy = Legacy::start().await;
    let world = migrating(&legacy).await;
    let new = |email: &str| json!({"client_id": world.tenant.client_id, "connection": "legacy", "email": email, "password": "Passwords hide 1"});
    let taken = api(&world, "POST", "/dbconnections/signup", new("ann@example.com")).await;
    assert_eq!((taken.status, &taken.body["code"]), (400, &json!("invalid_signup")));
    let made = json!({"connection": "legacy", "email": "ann@example.com", "password": "Passwords hide 1"});
    assert_eq!(api(&world, "POST", "/api/v2/users", made).await.status, 409);
    assert!(users(&world).await.is_empty());
    assert_eq!(api(&world, "POST", "/dbconnections/signup", new("new@example.com")).await.status, 200);
    assert_eq!(legacy.asked().len(), 3);

    let reset = |email: &str| json!({"connection": "legacy", "email": email});
    for email in ["ann@example.com", "nobody@example.com", "ann@example.com"] {
        assert_eq!(api(&world, "POST", "/dbconnections/change_password", reset(email)).await.status, 200);
    }
    assert_eq!(legacy.asked(), ["/user email=ann%40example.com", "/user email=nobody%40example.com"]);
    let all = users(&world).await;
    assert!(all.iter().any(|user| user["user_id"] == "auth0|ann-1"), "{all:?}");
    // She came without a password, and the store has hers from now on.
    assert_eq!(login(&world, "ann@example.com", "right 1").await.status, 403);
    assert_eq!(legacy.asked(), [""; 0]);
    let change = json!({"password": "Passwords hide 2"});
    assert_eq!(api(&world, "PATCH", "/api/v2/users/auth0%7Cann-1", change).await.status, 200);
    assert_eq!(login(&world, "ann@example.com", "Passwords hide 2").await.status, 200);
    assert_eq!(api(&world, "DELETE", "/api/v2/users/auth0%7Cann-1", Value::Null).await.status, 204);
    assert_eq!(legacy.asked(), [""; 0], "no other script is asked in import mode");
}

#[tokio::test]
async fn the_log_tells_what_happened_and_no_secret() {
    let legacy = Legacy::start().await;
    let world = migrating(&legacy).await;
    login(&world, "ann@example.com", "wrong").await;
    login(&world, "ann@example.com", "right 1").await;
    let log = api(&world, "GET", "/api/v2/logs", Value::Null).await;
    assert_eq!(
        (log.status, log.headers["content-type"].to_str().unwrap()),
        (200, "application/json; charset=utf-8")
    );
    let kinds: Vec<&Value> = log.body.as_array().unwrap().iter().map(|entry| &entry["type"]).collect();
    assert_eq!(kinds, ["s", "fp"]);
    let first = &log.body[0];
    assert_eq!((&first["user_id"], &first["user_name"]), (&json!("auth0|ann-1"), &json!("ann@example.com")));
    assert_eq!(first["details"]["console"], json!(["log: asked ann@example.com with ***** *****"]));
    assert!(!log.body.to_string().contains("the key"), "{}", log.body);
}

//! Upsert: what is updated, and what stays.

use super::api::World;
use serde_json::{Value, json};

/// `shh`
const BCRYPT: &str = "$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG";

fn md5(value: &str) -> Value {
    json!({"algorithm": "md5", "hash": {"value": value, "encoding": "hex"}})
}

#[tokio::test]
async fn metadata_is_replaced_and_identifiers_stay() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    let user = json!({"email": "a@x.de", "user_id": "1", "email_verified": true, "given_name": "Ada", "family_name": "L", "blocked": true,
        "app_metadata": {"a": 1, "b": 2}, "user_metadata": {"x": 1}});
    world.api.import(&connection, false, &json!([user])).await;
    let change = json!({"email": "A@x.de", "user_id": "2", "given_name": "Augusta", "blocked": false, "app_metadata": {"c": 3}});
    let (summary, errors) =
        world.api.import(&connection, true, &json!([change, {"email": "new@x.de"}])).await;
    assert_eq!(errors, Value::Null);
    assert_eq!(summary, json!({"failed": 0, "updated": 1, "inserted": 1, "total": 2}));
    let found = world.api.by_email("a@x.de").await;
    let found = &found[0];
    assert_eq!(found["user_id"], "auth0|1");
    assert_eq!(found["given_name"], "Augusta");
    assert_eq!(found["family_name"], "L");
    assert_eq!(found["email_verified"], true);
    assert_eq!(found["blocked"], true);
    assert_eq!(found["app_metadata"], json!({"c": 3}));
    assert_eq!(found["user_metadata"], json!({"x": 1}));
}

#[tokio::test]
async fn identifiers_of_others_are_conflicts() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({"requires_username": true})).await;
    let users = json!([{"email": "a@x.de", "user_id": "1", "username": "a"}, {"email": "b@x.de", "user_id": "2", "username": "b"}]);
    world.api.import(&connection, false, &users).await;
    let change = json!([{"email": "a@x.de", "user_id": "2", "username": "a"}, {"email": "c@x.de", "user_id": "1", "username": "c"},
        {"email": "d@x.de", "username": "b"}]);
    let (summary, errors) = world.api.import(&connection, true, &change).await;
    assert_eq!(summary["failed"], 3);
    let codes: Vec<_> = errors.as_array().unwrap().iter().map(|entry| &entry["errors"][0]["code"]).collect();
    assert_eq!(codes, ["CONFLICT", "CONFLICT", "CONFLICT_USERNAME"]);
    let (_, errors) =
        world.api.import(&connection, true, &json!([{"email": "b@x.de", "username": "A"}])).await;
    assert_eq!(errors[0]["errors"][0]["code"], "CONFLICT_USERNAME");
}

#[tokio::test]
async fn a_hash_is_replaced_until_somebody_logs_in() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    // md5 of "wrong", then of "secret".
    let wrong = "2bda2998d9b0ee197da142a0447f6725";
    let secret = "5ebe2294ecd0e0f08eab7690d2a6ee69";
    let users = json!([{"email": "a@x.de", "custom_password_hash": md5(wrong)}, {"email": "b@x.de", "password_hash": BCRYPT}, {"email": "n@x.de"}]);
    world.api.import(&connection, false, &users).await;
    let upsert = json!([{"email": "a@x.de", "custom_password_hash": md5(secret)}]);
    let (summary, _) = world.api.import(&connection, true, &upsert).await;
    assert_eq!(summary["updated"], 1);
    assert_eq!(world.api.login("c", "a@x.de", "wrong").await, 403);
    assert_eq!(world.api.login("c", "a@x.de", "secret").await, 200);
    let upsert = json!([{"email": "a@x.de", "custom_password_hash": md5(wrong), "given_name": "no"},
        {"email": "b@x.de", "custom_password_hash": md5(wrong)}, {"email": "n@x.de", "custom_password_hash": md5(wrong)}]);
    let (summary, errors) = world.api.import(&connection, true, &upsert).await;
    assert_eq!(summary["failed"], 3);
    for entry in errors.as_array().unwrap() {
        assert_eq!(
            entry["errors"][0]["message"],
            "A custom_password_hash was provided, but the user already has password hash defined"
        );
    }
    assert_eq!(world.api.by_email("a@x.de").await[0].get("given_name"), None);
    // password_hash is not upsertable, and is no error.
    let (summary, _) =
        world.api.import(&connection, true, &json!([{"email": "n@x.de", "password_hash": BCRYPT}])).await;
    assert_eq!(summary["updated"], 1);
    assert_eq!(world.api.login("c", "n@x.de", "shh").await, 403);
    assert_eq!(world.api.login("c", "b@x.de", "shh").await, 200);
}

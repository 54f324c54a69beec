//! What stands in the file.

use serde_json::{Value, json};

use super::{exported, populated};

#[tokio::test]
async fn json_is_ndjson_with_the_names_that_were_asked_for() {
    let (world, connection) = populated(3).await;
    let text = exported(
        &world.api,
        json!({"connection_id": connection, "format": "json", "limit": 2, "fields": [
            {"name": "user_id", "export_as": "Id"}, {"name": "identities[0].connection"}, {"name": "user_metadata"},
            {"name": "app_metadata"}]}),
    )
    .await;
    assert_eq!(
        text,
        "{\"Id\":\"auth0|00000\",\"identities[0].connection\":\"c\",\"user_metadata\":{\"n\":0}}\n\
         {\"Id\":\"auth0|00001\",\"identities[0].connection\":\"c\",\"user_metadata\":{\"n\":1}}\n"
    );
}

#[tokio::test]
async fn csv_is_the_default_and_texts_are_escaped() {
    let (world, _) = populated(1).await;
    let text = exported(
        &world.api,
        json!({"fields": [{"name": "email", "export_as": "Email"}, {"name": "email_verified"}, {"name": "user_metadata.n"},
            {"name": "family_name"}]}),
    )
    .await;
    assert_eq!(
        text,
        "\"Email\",\"email_verified\",\"user_metadata.n\",\"family_name\"\n\"'u0@example.org\",false,0,\n"
    );
}

#[tokio::test]
async fn every_user_is_there_once_and_only_those_of_the_connection() {
    let (world, connection) = populated(2_500).await;
    let other = world.api.connection("other", json!({})).await;
    world.api.import(&other, false, &json!([{"email": "o@example.org"}])).await;
    let lines = |text: String| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let of_one = lines(exported(&world.api, json!({"connection_id": connection, "format": "json"})).await);
    let ids: Vec<String> = of_one.iter().map(|user| user["user_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, (0..2_500).map(|n| format!("auth0|{n:05}")).collect::<Vec<_>>());
    let all = lines(exported(&world.api, json!({"format": "json"})).await);
    assert_eq!(all.len(), 2_501);
    assert_eq!(all[2_500]["identities[0].connection"], "other");
    // Hashes are never exported.
    assert!(all.iter().all(|user| user.get("password_hash").is_none()));
}

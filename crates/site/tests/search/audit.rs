use serde_json::{Value, json};

use super::world::World;

async fn search(world: &World, params: &[(&str, &str)]) -> Value {
    world.call("audit.search", params).await
}

#[tokio::test]
async fn the_audit_log_is_searched_in_the_same_way() {
    let world = World::with(&[]).await;
    for n in 0..5 {
        let uid = format!("a{n}");
        let profile = json!({"email": format!("{uid}@x.example")}).to_string();
        let answer = world.call("accounts.importFullAccount", &[("UID", &uid), ("profile", &profile)]).await;
        assert_eq!(answer["errorCode"], 0, "{answer}");
        world.clock.advance(1000);
    }
    let answer =
        search(&world, &[("query", "SELECT * FROM auditLog WHERE errCode in (\"0\") AND uid = 'a3'")]).await;
    assert_eq!(answer["totalCount"], 1, "{answer}");
    let row = &answer["results"][0];
    assert_eq!((&row["endpoint"], &row["uid"]), (&json!("accounts.importFullAccount"), &json!("a3")));

    let query =
        "SELECT * FROM auditLog WHERE @timestamp >= '2023-11-14T22:13:21Z' ORDER BY @timestamp DESC LIMIT 3";
    let mut answer = search(&world, &[("query", query), ("openCursor", "true")]).await;
    assert_eq!(answer["totalCount"], 4);
    let mut found = Vec::new();
    loop {
        found.extend(
            answer["results"].as_array().unwrap().iter().map(|row| row["uid"].as_str().unwrap().to_owned()),
        );
        let Some(cursor) = answer["nextCursorId"].as_str().map(str::to_owned) else { break };
        answer = search(&world, &[("cursorId", &cursor)]).await;
    }
    assert_eq!(found, ["a4", "a3", "a2", "a1"]);
}

#[tokio::test]
async fn it_gives_whole_rows_only() {
    let world = World::with(&[]).await;
    for query in ["SELECT uid FROM auditLog", "SELECT * FROM accounts", "SELECT * FROM auditLog GROUP BY uid"]
    {
        assert_eq!(search(&world, &[("query", query)]).await["errorCode"], 400_006, "{query}");
    }
}

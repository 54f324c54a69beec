use serde_json::json;

use super::world::{NOW_MS, World, people};

#[tokio::test]
async fn counts_have_one_row() {
    let world = World::with(&people(20)).await;
    for (condition, count) in [
        (String::new(), 20),
        ("WHERE profile.age = 3".to_owned(), 2),
        (format!("WHERE lastUpdatedTimestamp < {}", NOW_MS + 5000), 5),
        ("WHERE UID = 'nobody'".to_owned(), 0),
    ] {
        let answer = world.search(&format!("SELECT count(*) FROM accounts {condition}")).await;
        assert_eq!(answer["results"], json!([{"count(*)": count}]), "{condition}");
        assert_eq!(
            (&answer["objectsCount"], &answer["totalCount"]),
            (&json!(1), &json!(count)),
            "{condition}"
        );
    }
}

#[tokio::test]
async fn functions_and_groups() {
    let world = World::with(&people(20)).await;
    let query = "SELECT min(profile.age), max(profile.age), avg(profile.age) AS mean, count(*) FROM accounts";
    assert_eq!(
        world.search(query).await["results"],
        json!([{"min(profile.age)": 0, "max(profile.age)": 9, "mean": 4.5, "count(*)": 20}])
    );
    let query = "SELECT isActive, count(*) FROM accounts GROUP BY isActive ORDER BY isActive";
    assert_eq!(
        world.search(query).await["results"],
        json!([{"isActive": false, "count(*)": 10}, {"isActive": true, "count(*)": 10}])
    );
    assert_eq!(
        world.search("SELECT min(data.nothing) FROM accounts").await["results"],
        json!([{"min(data.nothing)": "infinity"}])
    );
}

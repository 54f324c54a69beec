//! Without import mode the scripts are the database.

use serde_json::{Value, json};

use crate::legacy::{GET_USER, LOGIN, Legacy, api, connection, login};
use crate::world::World;

fn tells(name: &str, arguments: &str) -> String {
    format!(
        "function {name}({arguments}, callback) {{ fetch(configuration.URL + '/{name}', {{ method: 'POST', \
         body: JSON.stringify([{arguments}]) }}).then((r) => callback(null, r.ok), callback); }}"
    )
}

#[tokio::test]
async fn every_password_goes_to_the_script_and_changes_do_too() {
    let legacy = Legacy::start().await;
    let world = World::start().await;
    let scripts = json!({"login": LOGIN, "get_user": GET_USER, "create": tells("create", "user"),
        "verify": tells("verify", "email"), "change_password": tells("changePassword", "email, newPassword"),
        "delete": tells("remove", "id")});
    let id = connection(&world, false, scripts, json!({"URL": legacy.url, "KEY": "the key"})).await;
    for _ in 0..2 {
        assert_eq!(login(&world, "ann@example.com", "right 1").await.status, 200);
        assert_eq!(legacy.asked().len(), 1, "the store keeps no password");
    }
    let ann = "/api/v2/users/auth0%7Cann-1";
    assert_eq!(api(&world, "GET", ann, Value::Null).await.body["logins_count"], 2);

    assert_eq!(api(&world, "PATCH", ann, json!({"password": "Passwords hide 2"})).await.status, 200);
    assert_eq!(legacy.asked(), [r#"/changePassword ["ann@example.com","Passwords hide 2"]"#]);
    assert_eq!(api(&world, "PATCH", ann, json!({"email_verified": false})).await.status, 200);
    assert_eq!(api(&world, "PATCH", ann, json!({"email_verified": true})).await.status, 200);
    assert_eq!(legacy.asked(), [r#"/verify ["ann@example.com"]"#]);
    assert_eq!(api(&world, "DELETE", ann, Value::Null).await.status, 204);
    assert_eq!(legacy.asked(), [r#"/remove ["ann-1"]"#]);
    assert_eq!(api(&world, "GET", ann, Value::Null).await.status, 404);

    let new = json!({"connection": "legacy", "email": "new@example.com", "password": "Passwords hide 1"});
    assert_eq!(api(&world, "POST", "/api/v2/users", new).await.status, 201);
    let asked = legacy.asked();
    assert_eq!(asked.len(), 3, "{asked:?}");
    let given: Value = serde_json::from_str(asked[1].strip_prefix("/create ").unwrap()).unwrap();
    assert_eq!(
        (&given[0]["email"], &given[0]["password"]),
        (&json!("new@example.com"), &json!("Passwords hide 1"))
    );

    // Nothing is bulk imported into such a database.
    let form = reqwest::multipart::Form::new().text("connection_id", id).text("users", "[]");
    let request =
        world.request("POST", "/api/v2/jobs/users-imports").bearer_auth(&world.token).multipart(form);
    let refused = crate::world::send(request).await;
    assert_eq!(refused.body["message"], "Custom Database Connections without import mode are not allowed.");
}

//! A user as it is shown.

use md5::{Digest as _, Md5};
use serde_json::{Map, Value, json};

use crate::store::{Origin, UserRow};
use crate::time::iso;

/// The members of the stored body.
pub(crate) fn members(row: &UserRow) -> Map<String, Value> {
    json::from_slice(row.body.as_bytes()).unwrap_or_default()
}

/// The user as `GET /api/v2/users/{id}` shows it. What is not set is absent; name, nickname and picture have defaults
/// that are computed, not stored.
pub(crate) fn user(row: &UserRow, connection: &str) -> Map<String, Value> {
    let mut shown = members(row);
    let mut put = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    put("created_at", json!(iso(row.created_at)));
    put("updated_at", json!(iso(row.updated_at)));
    put("user_id", json!(format!("auth0|{}", row.user_id)));
    put(
        "identities",
        json!([{"connection": connection, "user_id": row.user_id, "provider": "auth0", "isSocial": false}]),
    );
    if let Some(email) = &row.email {
        put("email", json!(email));
        put("email_verified", json!(row.email_verified.unwrap_or(false)));
    }
    if let Some(phone_number) = &row.phone_number {
        put("phone_number", json!(phone_number));
        put("phone_verified", json!(row.phone_verified.unwrap_or(false)));
    }
    if let Some(username) = &row.username {
        put("username", json!(username));
    }
    if let Some(blocked) = row.blocked {
        put("blocked", json!(blocked));
    }
    if let Some(login) = &row.login {
        put("last_login", json!(iso(login.last_login)));
        put("last_ip", json!(login.last_ip));
        put("logins_count", json!(login.count));
    }
    if let Some(reset) = row.last_password_reset {
        put("last_password_reset", json!(iso(reset)));
    }
    let called = called(row);
    if !shown.contains_key("name") {
        shown.insert("name".into(), json!(called));
    }
    if !shown.contains_key("nickname") {
        let local = row.email.as_ref().and_then(|email| email.rsplit_once('@')).map(|(local, _)| local);
        shown.insert("nickname".into(), json!(local.unwrap_or(called)));
    }
    if !shown.contains_key("picture") {
        let name = shown.get("name").and_then(Value::as_str).unwrap_or(called).to_owned();
        shown.insert("picture".into(), json!(picture(called, &name, row.origin)));
    }
    shown
}

/// What a user is called who has no name.
fn called(row: &UserRow) -> &String {
    row.email.as_ref().or(row.username.as_ref()).or(row.phone_number.as_ref()).unwrap_or(&row.user_id)
}

/// What a user has in `field` as it is shown: `name`, `family_name`, or another text of the stored body.
pub(crate) fn name_of(row: &UserRow, field: &str) -> Option<String> {
    match members(row).remove(field) {
        Some(Value::String(name)) => Some(name),
        _ => (field == "name").then(|| called(row).clone()),
    }
}

/// The default picture: Gravatar's for the email, with Auth0's picture of two letters as its fallback. The letters are
/// the first two of the name.
fn picture(email: &str, name: &str, origin: Origin) -> String {
    let host = match origin {
        Origin::Import => "secure.gravatar.com",
        Origin::Api => "s.gravatar.com",
    };
    let digest = hex::encode(Md5::digest(email.to_lowercase().as_bytes()));
    let letters: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(2)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    format!(
        "https://{host}/avatar/{digest}?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2F{letters}.png"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imported_user_with_nothing_but_an_email_has_the_recorded_defaults() {
        let mut row = UserRow::new(1, "63d16b60c55b3650a5c9fff9".into(), 1_674_668_896_647, Origin::Import);
        row.email = Some("auzironian@example.com".into());
        row.email_verified = Some(true);
        let expected = json!({
            "email": "auzironian@example.com",
            "email_verified": true,
            "created_at": "2023-01-25T17:48:16.647Z",
            "updated_at": "2023-01-25T17:48:16.647Z",
            "identities": [{
                "provider": "auth0",
                "connection": "Username-Password-Authentication",
                "isSocial": false,
                "user_id": "63d16b60c55b3650a5c9fff9",
            }],
            "user_id": "auth0|63d16b60c55b3650a5c9fff9",
            "name": "auzironian@example.com",
            "picture": "https://secure.gravatar.com/avatar/1eafdbc62a30a384b6d9a04e1cc21500?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fau.png",
            "nickname": "auzironian",
        });
        assert_eq!(Value::Object(user(&row, "Username-Password-Authentication")), expected);
    }

    #[test]
    fn what_is_set_is_shown_and_the_password_never() {
        let mut row = UserRow::new(1, "a".into(), 0, Origin::Api);
        row.username = Some("chuck".into());
        row.blocked = Some(false);
        row.password = crate::store::StoredPassword::Bcrypt("$2b$10$hidden".into());
        row.body = r#"{"nickname":"Chucky","user_metadata":{"a":1}}"#.into();
        let shown = user(&row, "c");
        assert_eq!(shown["blocked"], false);
        assert_eq!(shown["nickname"], "Chucky");
        assert_eq!(shown["name"], "chuck");
        assert!(!shown.contains_key("email_verified"));
        assert!(!Value::Object(shown).to_string().contains("hidden"));
    }
}

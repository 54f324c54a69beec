//! What is wrong with users, in Auth0's words.

use super::api::World;
use serde_json::{Value, json};

const BCRYPT: &str = "$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG";

fn with(member: &str, value: Value) -> Value {
    json!({"email": "ada@example.org", member: value})
}

#[tokio::test]
async fn a_bad_user_never_fails_its_file() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    let email = "identities[0].profileData.email";
    let cases = [
        (
            json!({"email": "akshay144@"}),
            json!({"code": "INVALID_FORMAT", "path": email,
                "message": format!("Error in {email} property - Object didn't pass validation for format email: akshay144@")}),
        ),
        (
            json!({"email": 7}),
            json!({"code": "INVALID_TYPE", "path": email,
                "message": format!("Error in {email} property - Expected type string but found type integer")}),
        ),
        (
            json!({"name": "x"}),
            json!({"code": "OBJECT_MISSING_REQUIRED_PROPERTY", "message": "Missing required property: email"}),
        ),
        (
            json!("x"),
            json!({"code": "INVALID_TYPE", "message": "Expected type object but found type string"}),
        ),
        (
            with("shoe_size", json!(47)),
            json!({"code": "OBJECT_ADDITIONAL_PROPERTIES", "message": "Additional properties not allowed: shoe_size"}),
        ),
        (
            json!({"email": "ada@example.org", "password_hash": BCRYPT, "custom_password_hash": {"algorithm": "bcrypt", "hash": {"value": BCRYPT}}}),
            json!({"code": "NOT_PASSED", "message": "Forbidden attribute in appUser: "}),
        ),
        (
            with("app_metadata", json!({"blocked": true})),
            json!({"code": "NOT_PASSED", "message": "Forbidden attribute in appUser: "}),
        ),
        (
            with("user_metadata", json!({"a": {"b.c": 1}})),
            json!({"code": "OBJECT_ADDITIONAL_PROPERTIES", "path": "user_metadata.a",
                "message": "Error in user_metadata.a property - Additional properties not allowed: b.c"}),
        ),
        (
            with("given_name", json!("x".repeat(151))),
            json!({"code": "MAX_LENGTH", "path": "identities[0].profileData.given_name",
                "message": "Error in identities[0].profileData.given_name property - String is too long (151 chars), maximum 150"}),
        ),
        (
            with("user_id", json!("a b")),
            json!({"code": "PATTERN", "path": "identities[0].user_id",
                "message": r"Error in identities[0].user_id property - String does not match pattern ^\S*$"}),
        ),
        (
            with("username", json!("ada")),
            json!({"code": "NOT_PASSED", "path": "identities[0].profileData.username",
                "message": "Error in identities[0].profileData.username property - Cannot set username for connection without requires_username."}),
        ),
        (
            with("mfa_factors", json!([])),
            json!({"code": "ARRAY_LENGTH_SHORT", "path": "mfa_factors",
                "message": "Error in mfa_factors property - Array is too short (0), minimum 1"}),
        ),
        (
            with("app_metadata", json!({"a": "x".repeat(10_240)})),
            json!({"code": "PROFILE_SIZE_EXCEEDED",
                "message": "The user profile exceeds the maximum allowed size of 10240 bytes"}),
        ),
    ];
    let mut users: Vec<Value> = cases.iter().map(|(user, _)| user.clone()).collect();
    users.push(json!({"email": "good@example.org"}));
    let (summary, errors) = world.api.import(&connection, false, &Value::from(users)).await;
    assert_eq!(
        summary,
        json!({"failed": cases.len(), "updated": 0, "inserted": 1, "total": cases.len() + 1})
    );
    for ((user, fault), entry) in cases.iter().zip(errors.as_array().unwrap()) {
        assert_eq!(entry["errors"], json!([fault]));
        if user.get("password_hash").is_none() {
            assert_eq!(&entry["user"], user);
        }
    }
}

#[tokio::test]
async fn secrets_are_starred() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    let hash = |value: &str| json!({"algorithm": "sha256", "hash": {"value": value, "encoding": "hex"}, "salt": {"value": value}});
    let users = json!([
        {"email": "a@", "password_hash": "s3cret", "mfa_factors": [{"totp": {"secret": "s3cret"}}]},
        {"email": "b@", "custom_password_hash": hash("s3cret")},
        // Refused for what is in the secret itself.
        {"email": "c@example.org", "password_hash": "s3cret"},
        {"email": "d@example.org", "custom_password_hash": hash("s3cret")},
        {"email": "e@example.org", "mfa_factors": [{"totp": {"secret": "s3cret"}}]},
    ]);
    let (summary, errors) = world.api.import(&connection, false, &users).await;
    assert_eq!(summary["failed"], 5);
    let text = errors.to_string();
    assert!(!text.contains("s3cret"), "{text}");
    assert_eq!(
        errors[2],
        json!({"user": {"email": "c@example.org", "password_hash": "*****"}, "errors": [{"code": "PATTERN", "path": "passwordHash",
            "message": r"Error in passwordHash property - String does not match pattern ^\$2[ab]?\$10+\$[./A-Za-z0-9]{53}$"}]})
    );
    assert_eq!(errors[3]["user"]["custom_password_hash"]["hash"]["value"], "*****");
}

#[tokio::test]
async fn doubles_in_a_file_and_in_the_tenant() {
    let world = World::start().await;
    let connection = world.api.connection("c", json!({})).await;
    let first = json!([{"email": "a@x.de", "user_id": "1"}, {"email": "A@X.DE"}, {"email": "b@x.de", "user_id": "1"}, {"email": "c@x.de"}]);
    let (summary, errors) = world.api.import(&connection, true, &first).await;
    assert_eq!(summary, json!({"failed": 2, "updated": 0, "inserted": 2, "total": 4}));
    let double = json!([{"code": "DUPLICATED_USER", "message": "A user with this [email|username|user_id] was already provided."}]);
    assert_eq!(errors[0], json!({"user": {"email": "A@X.DE"}, "errors": double}));
    assert_eq!(errors[1]["errors"], double);
    let again = json!([{"email": "A@x.de"}, {"email": "new@x.de", "user_id": "1"}, {"email": "d@x.de"}]);
    let (summary, errors) = world.api.import(&connection, false, &again).await;
    assert_eq!(summary, json!({"failed": 2, "updated": 0, "inserted": 1, "total": 3}));
    let there = json!([{"code": "DUPLICATED_USER", "message": "The user already exist and upsert parameter is false"}]);
    assert_eq!(errors[0], json!({"user": {"email": "A@x.de"}, "errors": there}));
    assert_eq!(errors[1]["errors"], there);
    // Another connection knows none of them.
    let other = world.api.connection("other", json!({})).await;
    let (summary, _) = world.api.import(&other, false, &again).await;
    assert_eq!(summary["inserted"], 3);
}

#[tokio::test]
async fn usernames_and_phones_where_they_are_taken() {
    let world = World::start().await;
    let named = world.api.connection("named", json!({"requires_username": true})).await;
    let users = json!([{"email": "a@x.de", "username": "Ada"}, {"email": "b@x.de"}, {"email": "c@x.de", "username": "ADA"},
        {"email": "d@x.de", "username": "sixteen_letters_"}]);
    let (summary, errors) = world.api.import(&named, false, &users).await;
    assert_eq!(summary["inserted"], 1);
    let codes: Vec<_> = errors.as_array().unwrap().iter().map(|entry| &entry["errors"][0]["code"]).collect();
    assert_eq!(codes, ["OBJECT_MISSING_REQUIRED_PROPERTY", "DUPLICATED_USER", "MAX_LENGTH"]);
    assert_eq!(world.api.by_email("a@x.de").await[0]["username"], "ada");
    let options = json!({"attributes": {"email": {"identifier": {"active": true}}, "phone_number": {"identifier": {"active": true}}}});
    let phones = world.api.connection("phones", options).await;
    let users = json!([{"email": "p@x.de", "phone_number": "+491701234567", "phone_verified": true}, {"email": "q@x.de", "phone_number": "0170"}]);
    let (summary, errors) = world.api.import(&phones, false, &users).await;
    assert_eq!(summary["inserted"], 1);
    assert_eq!(errors[0]["errors"][0]["code"], "PATTERN");
    let user = &world.api.by_email("p@x.de").await[0];
    assert_eq!((&user["phone_number"], &user["phone_verified"]), (&json!("+491701234567"), &json!(true)));
}

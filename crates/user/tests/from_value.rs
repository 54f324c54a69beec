//! Users out of files of users.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use record::Record;
use serde_json::{Value, json};
use user::rules::{Basis, violations};
use user::{Source, User};

fn read(value: Value, source: Source) -> (User<'static>, Vec<String>) {
    let record = Record::from_json(&value.to_string()).unwrap();
    let (user, found) = User::from_value(record.members(), source);
    (user, found.into_iter().map(|violation| format!("{} {}", violation.code, violation.field)).collect())
}

fn written(user: &User<'_>) -> Value {
    let mut out = Vec::new();
    user.write_json(&mut out);
    serde_json::from_slice(&out).unwrap_or_default()
}

#[test]
fn a_part_of_ours_reads_back_as_it_was() {
    let part = json!({
        "user_id": "u1", "email": "a@x.cz", "email_verified": true, "username": "u", "phone_number": "+420123", "phone_verified": false,
        "given_name": "Ž", "family_name": "\"Q\"", "name": "n", "nickname": "k", "picture": "https://x.cz/a", "blocked": false,
        "custom_password_hash": {"algorithm": "md5", "hash": {"value": "AbuUujgF0pPPkJPSFRTpmA==", "encoding": "base64"}},
        "user_metadata": {"a": [1, {"b": null}]},
        "app_metadata": {"gigya": {"created": "2020", "original": {"name": "nn"}}, "data": {"n": 12345678901234567_u64}},
        "mfa_factors": [{"totp": {"secret": "JBSWY3DP"}}],
    });
    let (user, found) = read(part.clone(), Source::Json);
    assert_eq!(found, [""; 0]);
    assert_eq!(violations(&user), []);
    assert_eq!(written(&user), part);
    assert!(user.original.text().starts_with(b"\"name\""));
}

#[test]
fn an_export_of_auth0_keeps_what_can_be_imported() {
    let export = json!({
        "user_id": "auth0|auth0|x", "email": "a@x.cz", "created_at": "2020-01-01T00:00:00.000Z",
        "identities": [{"provider": "auth0"}], "email_verified": "true", "name": null,
    });
    let (user, found) = read(export, Source::Json);
    assert_eq!(
        found,
        ["not_moved created_at", "not_moved identities", "invalid_type email_verified", "invalid_type name"]
    );
    assert_eq!(written(&user), json!({"user_id": "auth0|x", "email": "a@x.cz"}));
}

#[test]
fn in_csv_words_are_booleans_and_nothing_is_absent() {
    let row = json!({"email": "a@x.cz", "email_verified": "TRUE", "blocked": "false", "phone_verified": "yes", "name": "", "user_metadata": "{\"a\":1}"});
    let (user, found) = read(row, Source::Csv);
    assert_eq!(found, ["invalid_type phone_verified"]);
    assert_eq!(
        written(&user),
        json!({"email": "a@x.cz", "email_verified": true, "blocked": false, "user_metadata": {"a": 1}})
    );
}

#[test]
fn hashes_are_held_against_their_rules() {
    let bcrypt = "$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG";
    let custom = json!({"algorithm": "bcrypt", "hash": {"value": bcrypt}});
    let (user, found) = read(
        json!({"email": "a@x.cz", "password_hash": bcrypt, "custom_password_hash": custom}),
        Source::Json,
    );
    assert_eq!(found, ["hash_malformed custom_password_hash"]);
    assert_eq!(written(&user)["password_hash"], bcrypt);
    for hash in [
        json!("x"),
        json!({"algorithm": "md5", "hash": {"value": bcrypt, "encoding": "hex"}}),
        json!({"algorithm": "md5"}),
    ] {
        let record = json!({"email": "a@x.cz", "custom_password_hash": hash}).to_string();
        let (user, found) = User::from_value(Record::from_json(&record).unwrap().members(), Source::Json);
        assert!(user.password.is_none());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code, "hash_malformed");
        assert!(!found[0].reason.contains("2b$10"));
    }
}

#[test]
fn limits_are_found_and_say_where_they_stand() {
    let user = json!({
        "email": "x", "user_id": "a b", "username": "a@x.cz", "phone_number": "1", "given_name": "g".repeat(151), "picture": "x",
        "user_metadata": {"deep": [{"a.b": 1}]}, "app_metadata": {"identities": [], "inner": {"identities": []}},
    });
    let (user, found) = read(user, Source::Json);
    assert_eq!(found, [""; 0]);
    let found: Vec<_> =
        violations(&user).into_iter().map(|violation| (violation.code, violation.basis)).collect();
    let documented = [
        "user_id_invalid",
        "username_invalid",
        "phone_invalid",
        "given_name_too_long",
        "picture_invalid",
        "metadata_key",
        "forbidden_key",
    ];
    let mut expected = vec![("email_invalid", Basis::Schema)];
    expected.extend(documented.map(|code| (code, Basis::Documentation)));
    assert_eq!(found, expected);
}

#[test]
fn the_profile_is_measured_without_secrets() {
    let with = |length: usize| {
        json!({"email": "a@x.cz", "user_metadata": {"a": "x".repeat(length)}, "mfa_factors": [{"totp": {"secret": "A".repeat(500)}}],
        "password_hash": "$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG"})
    };
    let frame = r#"{"email":"a@x.cz","user_metadata":{"a":""}}"#.len();
    for (length, fits) in [(10_240 - frame, true), (10_241 - frame, false)] {
        let (user, _) = read(with(length), Source::Json);
        assert_eq!(violations(&user).is_empty(), fits, "{length}");
    }
}

#[test]
fn numbers_keep_their_digits() {
    let text = r#"{"user_metadata":{"far":1e999,"list":[18446744073709551616]},"app_metadata":{"n":-9223372036854775809,"x":0.1000}}"#;
    let (user, found) = User::from_value(Record::from_json(text).unwrap().members(), Source::Json);
    assert_eq!(found, []);
    let mut out = Vec::new();
    user.write_json(&mut out);
    assert_eq!(String::from_utf8(out).unwrap(), text);
    let row = json!({"user_metadata.n": "'18446744073709551616", "user_metadata.x": "1.50", "user_id": "'u"});
    let (user, _) = User::from_value(Record::from_json(&row.to_string()).unwrap().members(), Source::Csv);
    assert_eq!(user.user_metadata.text(), br#""n":"18446744073709551616","x":1.50"#);
}

#[test]
fn a_forbidden_key_is_found_beside_whatever_else() {
    let deep = format!("{}{}", "[".repeat(900), "]".repeat(900));
    for other in ["1e999", &deep] {
        let text = format!(r#"{{"email":"a@x.cz","app_metadata":{{"other":{other},"blocked":true}}}}"#);
        let record = Record::from_json_within(&text, 1_000).unwrap();
        let found = violations(&User::from_value(record.members(), Source::Json).0);
        assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["forbidden_key"], "{other:.10}");
    }
}

//! The default mapping on accounts in the shapes that sites give.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use mapping::rule::Identifier;
use mapping::{DEFAULT, Kernel, Mapping};
use scan::{Fault, PADDING};
use serde_json::{Value, json};

fn padded(json: &str) -> String {
    let mut text = json.to_owned();
    text.push_str(&"\0".repeat(PADDING));
    text
}

fn map_with(account: &str, identifiers: &[Identifier]) -> (Value, Vec<(String, u64)>, u64) {
    let mapping = Mapping::compile(DEFAULT, identifiers).unwrap();
    let mut kernel = Kernel::new(&mapping, 128);
    let text = padded(account);
    let (mapped, end) = kernel.map(&text, 0).unwrap();
    assert_eq!(end, account.trim_end().len());
    let mut out = Vec::new();
    mapped.user.write_json(&mut out);
    let tally = kernel.tally();
    (serde_json::from_slice(&out).unwrap(), tally.not_moved, tally.doubled_keys)
}

fn map(account: &Value) -> Value {
    map_with(&account.to_string(), &[Identifier::Email]).0
}

#[test]
fn a_whole_account() {
    let account = json!({
        "UID": "u1", "isActive": false, "isRegistered": true,
        "loginIDs": {"username": "sam", "emails": ["Alt@Example.test", "sam@example.test"], "unverifiedEmails": []},
        "emails": {"verified": ["sam@example.test"], "unverified": ["alt@example.test"]},
        "profile": {"firstName": "Sam", "lastName": "Example", "email": "Sam@example.test", "birthYear": 1984, "birthMonth": "2",
            "birthDay": 3, "photoURL": "", "thumbnailURL": "https://img.example.test/t.jpg", "zip": 334_445, "phones": {"type": "home", "number": "1"},
            "likes": [{"name": "x"}], "bio": "", "languages": "en,fr"},
        "identities": [
            {"provider": "googleplus", "providerUID": "1", "isLoginIdentity": true, "email": "sam@example.test", "gender": "m"},
            {"provider": "site", "providerUID": "u1", "isLoginIdentity": false, "age": "39"}],
        "data": {"subscribe": true, "n": 1.50}, "preferences": {}, "subscriptions": null,
        "created": "2016-02-24T13:51:56.843Z", "lastLogin": "0001-01-01T00:00:00Z", "regSource": "", "phoneNumber": "+420123"
    });
    let (user, not_moved, _) = map_with(&account.to_string(), &[Identifier::Email]);
    let expected = json!({
        "user_id": "u1", "email": "sam@example.test", "email_verified": true, "given_name": "Sam", "family_name": "Example",
        "name": "Sam Example", "picture": "https://img.example.test/t.jpg", "blocked": true,
        "user_metadata": {"languages": "en,fr", "birthdate": "1984-02-03", "zip": 334_445, "phones": [{"type": "home", "number": "1"}]},
        "app_metadata": {
            "gigya": {"created": "2016-02-24T13:51:56.843Z",
                "identities": [
                    {"provider": "googleplus", "providerUID": "1", "email": "sam@example.test", "isLoginIdentity": true},
                    {"provider": "site", "providerUID": "u1", "isLoginIdentity": false}],
                "emails": {"unverified": ["alt@example.test"]}, "username": "sam", "phoneNumber": "+420123"},
            "data": {"subscribe": true, "n": 1.5}, "preferences": {}}
    });
    assert_eq!(user, expected);
    let paths: Vec<&str> = not_moved.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["isRegistered", "profile.likes", "identities.gender", "identities.age"]);
}

#[test]
fn identifiers_decide_where_names_and_numbers_go() {
    let account = json!({"UID": "u", "loginIDs": {"username": "sam"}, "phoneNumber": "+1"}).to_string();
    let all = [Identifier::Email, Identifier::Username, Identifier::Phone];
    let (user, ..) = map_with(&account, &all);
    assert_eq!(
        user,
        json!({"user_id": "u", "username": "sam", "phone_number": "+1", "phone_verified": true})
    );
}

#[test]
fn the_email_is_the_one_people_log_in_with() {
    for (account, email, verified) in [
        (
            json!({"emails": {"verified": ["B@x.test"], "unverified": []}, "profile": {"email": "a@x.test"}}),
            "b@x.test",
            true,
        ),
        (
            json!({"profile": {"email": " A@x.test "}, "emails": {"unverified": ["c@x.test"]}}),
            "a@x.test",
            false,
        ),
        (
            json!({"loginIDs": {"unverifiedEmails": ["d@x.test"]}, "emails": {"unverified": ["c@x.test"]}}),
            "d@x.test",
            false,
        ),
        (json!({"emails": {"unverified": "c@x.test"}}), "c@x.test", false),
        (
            json!({"loginIDs": {"emails": ["", "z@x.test", "p@x.test"]}, "profile": {"email": "p@x.test"}}),
            "p@x.test",
            false,
        ),
    ] {
        let user = map(&account);
        assert_eq!(user["email"], email, "{account}");
        assert_eq!(user["email_verified"], verified, "{account}");
    }
}

#[test]
fn the_last_of_doubled_members_counts_and_is_counted() {
    let account =
        r#"{"UID":"a","profile":{"firstName":"A","lastName":"B"},"UID":"b","profile":{"firstName":"C"}}"#;
    let (user, _, doubled) = map_with(account, &[Identifier::Email]);
    assert_eq!(user, json!({"user_id": "b", "given_name": "C", "name": "C"}));
    assert_eq!(doubled, 2);
}

#[test]
fn escaped_names_and_values_are_understood() {
    let account = "{\"U\\u0049D\":\"x\\n\",\"profile\":{\"firstName\":\"\\\"J\\u00e9\\\"\",\"nickname\":\"\\ud83d\\ude00\"}}";
    let (user, ..) = map_with(account, &[Identifier::Email]);
    assert_eq!(user, json!({"user_id": "x\n", "given_name": "\"Jé\"", "name": "\"Jé\"", "nickname": "😀"}));
}

#[test]
fn an_object_can_be_picked_from_and_read_by_a_path() {
    let mapping = Mapping::compile(
        "version = 1\n[user]\nemail = \"email\"\nnickname = \"a.first\"\n[user_metadata]\na = { from = \"a\", pick = [\"second\"] }\n",
        &[Identifier::Email],
    )
    .unwrap();
    let mut kernel = Kernel::new(&mapping, 128);
    let text = padded(r#"{"email":"a@example.com","a":{"first":"x","second":"y","third":"z"}}"#);
    let (mapped, _) = kernel.map(&text, 0).unwrap();
    let mut json = Vec::new();
    mapped.user.write_json(&mut json);
    let user: Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(user["nickname"], "x");
    assert_eq!(user["user_metadata"]["a"], json!([{"second": "y"}]));
    assert_eq!(kernel.tally().not_moved, [("a.third".to_owned(), 1)]);
}

#[test]
fn digits_of_numbers_stay_as_they_are() {
    let text = padded(r#"{"UID":"a","data":{"n":12345678901234567890123.4500,"m":1e5}}"#);
    let mapping = Mapping::compile(DEFAULT, &[Identifier::Email]).unwrap();
    let mut kernel = Kernel::new(&mapping, 128);
    let mut out = Vec::new();
    kernel.map(&text, 0).unwrap().0.user.write_json(&mut out);
    assert!(String::from_utf8(out).unwrap().contains(r#"{"n":12345678901234567890123.4500,"m":1e5}"#));
}

#[test]
fn faults_are_found_anywhere() {
    let mapping = Mapping::compile(DEFAULT, &[Identifier::Email]).unwrap();
    let mut kernel = Kernel::new(&mapping, 8);
    for bad in [
        "{\"UID\":}",
        "{\"UID\":\"a\"",
        "{\"data\":{\"a\":\"\\x\"}}",
        "{\"profile\":{\"firstName\":\"a\"\"b\"}}",
        "[1]",
        "{\"identities\":[{]}",
    ] {
        assert!(matches!(kernel.map(&padded(bad), 0), Err((fault, _)) if fault != Fault::TooDeep), "{bad}");
    }
    let deep = format!("{{\"identities\":[{{\"email\":{}{}}}]}}", "[".repeat(8), "]".repeat(8));
    assert!(matches!(kernel.map(&padded(&deep), 0), Err((Fault::TooDeep, _))));
    // A fault in one account leaves nothing behind for the next.
    let text = padded("{\"UID\":\"ok\"}");
    assert!(kernel.map(&text, 0).is_ok());
}

proptest::proptest! {
    /// Whatever the order of the members and whatever was seen before, the same account gives the same user.
    #[test]
    fn order_does_not_matter(seed in 0..1000u64) {
        let members = ["\"UID\":\"u\"", "\"isActive\":false", "\"x\":1", "\"profile\":{\"email\":\"a@b.cz\",\"q\":[1,2]}", "\"data\":{\"k\":null}", "\"y\":{}"];
        let mut order: Vec<usize> = (0..members.len()).collect();
        let mut state = seed;
        for index in (1..order.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            order.swap(index, (state >> 33) as usize % (index + 1));
        }
        let mapping = Mapping::compile(DEFAULT, &[Identifier::Email]).unwrap();
        let mut kernel = Kernel::new(&mapping, 16);
        let mut users = Vec::new();
        for members_order in [(0..members.len()).collect::<Vec<_>>(), order.clone(), order] {
            let text = padded(&format!("{{{}}}", members_order.iter().map(|&index| members[index]).collect::<Vec<_>>().join(",")));
            let mut out = Vec::new();
            kernel.map(&text, 0).unwrap().0.user.write_json(&mut out);
            users.push(out);
        }
        proptest::prop_assert_eq!(&users[0], &users[1]);
        proptest::prop_assert_eq!(&users[1], &users[2]);
        let tally = kernel.tally();
        proptest::prop_assert_eq!(tally.not_moved, vec![("x".to_owned(), 3), ("profile.q".to_owned(), 3)]);
    }
}

//! What reaches a user, and what is told to reach nowhere.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use mapping::rule::Identifier;
use mapping::{DEFAULT, Kernel, Mapping};
use scan::PADDING;
use serde_json::{Value, json};

/// The line of the default mapping that moves the whole of `data`.
const DATA: &str = "data          = \"data\"\n";

/// The user that a document makes of an account, as text, and the paths that it says are not moved.
fn map(document: &str, account: &Value) -> (String, Vec<(String, u64)>) {
    let mapping = Mapping::compile(document, &[Identifier::Email]).unwrap();
    let mut kernel = Kernel::new(&mapping, 128);
    let text = format!("{account}{}", "\0".repeat(PADDING));
    let mut out = Vec::new();
    kernel.map(&text, 0).unwrap().0.user.write_json(&mut out);
    (String::from_utf8(out).unwrap(), kernel.tally().not_moved)
}

fn read(user: &str) -> Value {
    serde_json::from_str(user).unwrap()
}

fn with(more: &str) -> String {
    DEFAULT.replacen("[user_metadata]\n", &format!("[user_metadata]\n{more}\n"), 1)
}

#[test]
fn what_is_part_of_a_subtree_that_moves_is_moved() {
    let account = json!({"UID": "u", "profile": {"email": "a@x.cz"},
        "data": {"loyalty": {"level": 3, "points": 5}, "other": 1, "since": "no date", "list": [{"k": 1, "l": 2}]}});
    for more in [
        "vip = \"data.loyalty.level\"",
        "vip = \"data.loyalty.level\"\nfirst = \"data.list.0\"\nsince = { from = \"data.since\", transform = \"date\" }",
        "list = { from = \"data.list\", pick = [\"k\"] }",
    ] {
        let (user, not_moved) = map(&with(more), &account);
        assert_eq!(read(&user)["app_metadata"]["data"], account["data"], "{more}");
        assert_eq!(not_moved, [], "{more}");
    }
    // Without the subtree, what is beside the member is lost.
    let document = with("vip = \"data.loyalty.level\"").replace(DATA, "");
    let (_, not_moved) = map(&document, &account);
    let paths: Vec<&str> = not_moved.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["data.other", "data.since", "data.list", "data.loyalty.points"]);
}

#[test]
fn a_spread_takes_no_place_that_has_a_name() {
    let document = DEFAULT.replace(DATA, "\"*\" = \"data\"\nfixed = { constant = \"K\" }\n");
    let account = json!({"UID": "u", "isActive": true, "profile": {"email": "a@x.cz"}, "created": "2020-01-01T00:00:00Z",
        "data": {"fixed": "theirs", "gigya": "theirs", "free": 1}});
    let (out, not_moved) = map(&document, &account);
    assert_eq!((out.matches("\"gigya\"").count(), out.matches("\"fixed\"").count()), (1, 1), "{out}");
    let user = read(&out);
    assert_eq!(user["app_metadata"]["fixed"], "K");
    assert_eq!(user["app_metadata"]["free"], 1);
    assert_eq!(not_moved, [("data".to_owned(), 2)], "both are told");
}

#[test]
fn times_in_milliseconds_are_times() {
    let account =
        json!({"UID": "u", "profile": {"email": "a@x.cz"}, "created": 1_456_321_916_843_i64, "lastLogin": 0});
    let (user, not_moved) = map(DEFAULT, &account);
    assert_eq!(read(&user)["app_metadata"]["gigya"], json!({"created": "2016-02-24T13:51:56.843Z"}));
    assert_eq!(not_moved, []);
}

//! One user found in a run, however many others there are.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fmt::Write as _;
use std::time::Instant;

use migration::run::{Manifest, Part, RunFolder};
use migration::trace::trace;
use serde_json::{Value, json};

/// A folder with one part and a crosswalk as an import leaves it.
fn run(path: &std::path::Path, users: &[Value], map: &str) -> RunFolder {
    let folder = RunFolder::create(path).unwrap();
    let part = Value::from(users).to_string();
    std::fs::write(folder.part(1), &part).unwrap();
    let described = Part {
        number: 1,
        users: u32::try_from(users.len()).unwrap(),
        bytes: part.len() as u64,
        blake3: blake3::hash(part.as_bytes()).to_hex().to_string(),
    };
    let manifest = json!({"version": "1", "prepared": "2026-01-01T00:00:00Z", "inputs": [], "mapping": "", "policies":
        {"codes": {}, "duplicates": "keep-latest", "lazy": "reset", "identifiers": ["email"]}, "parts": [described]});
    let _: Manifest = serde_json::from_value(manifest.clone()).unwrap();
    std::fs::write(folder.file("manifest.json"), manifest.to_string()).unwrap();
    std::fs::write(folder.file("id-map.csv"), format!("uid,user_id,email,outcome,part\n{map}")).unwrap();
    folder
}

#[test]
fn a_user_is_found_by_id_or_by_address_with_what_was_sent() {
    let dir = tempfile::tempdir().unwrap();
    let users = [
        json!({"user_id": "a,\"b", "email": "A@x.org", "name": "first"}),
        json!({"email": "no-id@x.org"}),
        json!({"user_id": "gone", "email": "gone@x.org"}),
    ];
    let map = "\"a,\"\"b\",\"auth0|a,\"\"b\",A@x.org,imported,1\n,,no-id@x.org,imported,1\ngone,,gone@x.org,failed,1\n";
    let folder = run(&dir.path().join("run"), &users, map);
    for _ in 0..2 {
        let found = trace(&folder, "auth0|a,\"b", None).unwrap().unwrap();
        assert_eq!((found.outcome.as_str(), &found.sent.unwrap()["name"]), ("imported", &json!("first")));
        let found = trace(&folder, "auth0|65f", Some("NO-ID@x.org")).unwrap().unwrap();
        assert_eq!(found.sent.unwrap()["email"], "no-id@x.org");
        let failed = trace(&folder, "auth0|gone", Some("gone@x.org")).unwrap().unwrap();
        assert_eq!((failed.outcome.as_str(), failed.user_id.as_str()), ("failed", ""));
        assert_eq!(trace(&folder, "auth0|nobody", Some("nobody@x.org")).unwrap(), None);
        // Somebody else who has the address now is not the one who was sent.
        assert_eq!(trace(&folder, "auth0|other", Some("a@x.org")).unwrap(), None);
    }
    // The map is written anew by a resume: an index of the old one is not believed.
    std::fs::write(
        folder.file("id-map.csv"),
        "uid,user_id,email,outcome,part\ngone,auth0|gone,gone@x.org,imported,1\n",
    )
    .unwrap();
    let found = trace(&folder, "auth0|gone", None).unwrap().unwrap();
    assert_eq!(found.outcome, "imported");
    assert_eq!(trace(&folder, "auth0|a,\"b", None).unwrap(), None);
    assert_eq!(trace(&RunFolder::at(&dir.path().join("none")), "auth0|a", None).unwrap(), None);
}

#[test]
fn the_second_look_costs_the_same_however_many_there_are() {
    let dir = tempfile::tempdir().unwrap();
    let mut map = String::new();
    for number in 0..200_000 {
        writeln!(map, "uid{number:08},auth0|uid{number:08},user{number}@example.org,imported,1").unwrap();
    }
    let users = [json!({"user_id": "uid00199999", "email": "user199999@example.org"})];
    let folder = run(&dir.path().join("run"), &users, &map);
    trace(&folder, "auth0|x", None).unwrap();
    // What is read is bounded by the height of the index: 19 entries for 400,000, and the line.
    let started = Instant::now();
    for number in (0..200_000).step_by(2_003) {
        let found = trace(&folder, &format!("auth0|uid{number:08}"), None).unwrap().unwrap();
        assert_eq!(found.email, format!("user{number}@example.org"));
    }
    let each = started.elapsed() / 100;
    assert!(each.as_millis() < 50, "{each:?} for one look");
    let found = trace(&folder, "auth0|uid00199999", None).unwrap().unwrap();
    assert_eq!(found.sent.unwrap()["user_id"], "uid00199999");
}

//! What a run remembers: where it was to go, what was accepted, what it was made with.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::home::{Home, adds_up};

fn accounts() -> String {
    let good = json!({"UID": "good", "profile": {"email": "good@example.com"}});
    let bad = json!({"UID": "bad", "profile": {"email": "no address"}});
    format!("{good}\n{bad}\n")
}

#[test]
fn codes_that_were_accepted_stay_accepted() {
    let home = Home::new();
    let file = home.file("accounts.ndjson", accounts());
    home.run(&["migrate", &file, "--run", "strict"]).expect(1);
    home.run(&["migrate", &file, "--run", "calm", "--accept", "email_invalid"]).expect(0);
    for verb in ["resume", "report"] {
        home.run(&[verb, "strict"]).expect(1);
        home.run(&[verb, "calm"]).expect(0);
    }
    home.run(&["migrate", &file, "--accept", "emial_invalid"]).expect(2);
}

#[test]
fn a_migration_that_never_began_begins_as_it_was_ordered() {
    let home = Home::new();
    // The input is cut, so that `migrate` stops between its halves.
    let file = home.file(
        "cut.json",
        format!("[{}, {{\"UID\":", json!({"UID": "a", "profile": {"email": "a@example.com"}})),
    );
    let stopped =
        home.run(&["migrate", &file, "--run", "cut", "--connection", "customers", "--json"]).expect(4);
    let error = stopped.json();
    assert_eq!(error["error"]["status"], 4, "{error}");
    let report = home.run(&["resume", "cut", "--json"]).expect(1).json();
    adds_up(&report);
    assert_eq!(report["counters"]["imported"], 1);
    // It went where it was to go: a second migration finds the user there, and none in the default connection.
    let whole =
        home.file("whole.json", json!({"UID": "a", "profile": {"email": "a@example.com"}}).to_string());
    let there = home
        .run(&["migrate", &whole, "--run", "again", "--connection", "customers", "--json"])
        .expect(0)
        .json();
    assert_eq!(there["counters"]["already_there"], 1);
}

#[test]
fn a_run_is_imported_with_the_mapping_that_it_was_made_with() {
    let home = Home::new();
    let file = home.file("accounts.ndjson", accounts());
    home.run(&["convert", &file, "--run", "made"]).expect(1);
    let mapping = home.run_folder("made").join("mapping.toml");
    let text = std::fs::read_to_string(&mapping).unwrap();
    std::fs::write(&mapping, format!("{text}# touched\n")).unwrap();
    home.run(&["import", "made"]).expect(3);
    std::fs::write(&mapping, text).unwrap();
    home.run(&["import", "made"]).expect(1);
}

#[test]
fn a_folder_of_somebody_else_is_neither_filled_nor_removed() {
    let home = Home::new();
    std::fs::create_dir(home.path("export")).unwrap();
    let file = home.file("export/accounts.ndjson", accounts());
    let folder = home.path("export").display().to_string();
    home.run(&["convert", &file, "-o", &folder]).expect(3);
    assert!(home.path("export/accounts.ndjson").is_file());
    // An empty folder becomes a run that nobody else can read.
    let empty = home.path("empty");
    std::fs::create_dir(&empty).unwrap();
    std::fs::set_permissions(&empty, std::fs::Permissions::from_mode(0o755)).unwrap();
    home.run(&["convert", &file, "-o", empty.to_str().unwrap()]).expect(1);
    assert_eq!(std::fs::metadata(&empty).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::write(empty.join("notes.txt"), "mine").unwrap();
    home.run(&["runs", "--purge", empty.to_str().unwrap()]).expect(3);
    assert!(empty.join("notes.txt").is_file());
    std::fs::remove_file(empty.join("notes.txt")).unwrap();
    home.run(&["runs", "--purge", empty.to_str().unwrap()]).expect(0);
    assert!(!empty.exists());
}

#[test]
fn wrong_usage_is_an_object_too_and_numbers_are_at_least_one() {
    let home = Home::new();
    let file = home.file("accounts.ndjson", accounts());
    let refused: Value = home.run(&["check", &file, "--identifiers", "username", "--json"]).expect(2).json();
    assert!(refused["error"]["message"].as_str().unwrap().contains("email"), "{refused}");
    for option in ["--limit", "--threads"] {
        home.run(&["check", &file, option, "0"]).expect(2);
    }
}

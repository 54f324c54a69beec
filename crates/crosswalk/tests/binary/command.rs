//! The command line as users and scripts meet it: output, exit status, files.

use std::io::Write;
use std::process::Stdio;

use super::home::{Home, Ran, adds_up};
use serde_json::{Value, json};

fn account(id: &str) -> String {
    json!({"UID": id, "profile": {"email": format!("{id}@example.com")}, "nowhere": {"a": 1}}).to_string()
}

#[test]
fn check_says_what_would_happen_and_writes_nothing() {
    let home = Home::new();
    let file = home.file("accounts.json", format!("{}\n{}\nbroken\n", account("a"), account("b")));
    let report = home.run(&["check", &file, "--json"]).expect(1).json();
    adds_up(&report);
    assert_eq!(
        report["counters"],
        json!({"read": 3, "mapped": 2, "fixed": 0, "set_aside": 1, "left": 0, "packed": 2})
    );
    assert_eq!(report["not_moved"], json!([{"path": "nowhere", "count": 2}]));
    assert_eq!(report["parts"], 1);
    assert_eq!(report["estimates"].as_array().unwrap().len(), 3);
    let profile = &report["profile"];
    assert_eq!((&profile["accounts"], &profile["without_password"]), (&json!(2), &json!(2)));
    assert_eq!(profile["emails"], json!({"verified": 0, "unverified": 2, "missing": 0}));
    let fields = [("UID", 2), ("nowhere.a", 2), ("profile.email", 2)]
        .map(|(name, count)| json!({"name": name, "count": count}));
    assert_eq!(profile["fields"], json!(fields));
    assert!(!home.path(".crosswalk").exists());
    let words = home.run(&["check", &file, "--accept", "broken_json"]).expect(0);
    for part in ["set aside", "broken_json", "nowhere (2)", "enterprise", "Auth0 community", "not verified 2"]
    {
        assert!(words.stdout.contains(part), "{part} in\n{}", words.stdout);
    }
}

#[test]
fn convert_reads_standard_input_and_writes_a_run() {
    let home = Home::new();
    let mut child = home
        .command(&["convert", "-", "--run", "out", "--json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("[{},{}]", account("a"), account("b")).as_bytes()).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap()).expect(0);
    assert_eq!(ran.json()["counters"]["packed"], 2);
    let part: Value = serde_json::from_slice(
        &std::fs::read(home.run_folder("out").join("parts/part-000001.json")).unwrap(),
    )
    .unwrap();
    assert_eq!(part[0]["user_id"], "a");
    // A path is a path, not a name.
    let beside = home.file("b.json", account("b"));
    home.run(&["convert", &beside, "-o", "beside"]).expect(0);
    assert!(home.path("beside/parts/part-000001.json").is_file());
    // A run is never written over.
    let file = home.file("a.json", account("a"));
    let again = home.run(&["convert", &file, "--run", "out"]).expect(3);
    assert!(again.stderr.contains("holds a run already"), "{}", again.stderr);
    // Runs are listed and removed.
    assert!(home.run(&["runs"]).expect(0).stdout.contains("2 users packed, not imported"));
    assert_eq!(home.run(&["runs", "--json"]).expect(0).json()["runs"][0]["run"], "out");
    home.run(&["runs", "--purge", "out"]).expect(0);
    assert!(!home.run_folder("out").exists());
    home.run(&["runs", "--purge", "out"]).expect(3);
}

#[test]
fn a_container_that_is_cut_short_stops_with_4_unless_it_is_accepted() {
    let home = Home::new();
    let file = home.file("cut.json", format!("[{},{},{{\"UI", account("a"), account("b")));
    let ran = home.run(&["convert", &file, "--run", "one", "--json"]).expect(4);
    assert_eq!(ran.json()["counters"]["packed"], 2);
    assert!(ran.stderr.contains("broken_container"), "{}", ran.stderr);
    home.run(&["convert", &file, "--run", "two", "--accept", "broken_container"]).expect(0);
    let migrated = home.run(&["migrate", &file, "--run", "three"]).expect(4);
    assert!(!migrated.stdout.contains("imported"), "{}", migrated.stdout);
}

#[test]
fn mistakes_end_with_2_and_say_what_to_do() {
    let home = Home::new();
    let file = home.file("a.json", account("a"));
    let bad = home.file("bad.toml", "version = 1\n[user]\nemial = \"profile.email\"\n");
    for (args, part) in [
        (vec!["check", "no-such-file"], "no such file"),
        (vec!["check", &file, "--mapping", &bad], "line 3, column 1: unknown key `emial`"),
        (vec!["check", &file, "--policy", "email_invalid=fix"], "nothing to choose"),
        (vec!["check", &file, "--policy", "picture_invalid"], "CODE=set-aside"),
        (vec!["check", &file, "--policy", "profile_too_large=fix"], "--spill"),
        (vec!["check", &file, "--identifiers", "mail"], "email, username or phone"),
        (vec!["check", &file, "--max-depth", "5000"], "1000"),
        (vec!["check", &file, "--where", "x"], "PATH=VALUE"),
        (vec!["migrate", &file, "--to", "acme.example.com"], "AUTH0_CLIENT_ID"),
        (vec!["migrate", &file, "--to", "http://acme.example.com"], "http"),
        (vec!["frobnicate"], "unrecognized subcommand"),
    ] {
        let ran = home.run(&args).expect(2);
        assert!(ran.stderr.contains(part), "{args:?}: {}", ran.stderr);
    }
    home.run(&["resume", "nothing"]).expect(3);
}

#[test]
fn every_code_of_the_readme_can_be_accepted() {
    let home = Home::new();
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).unwrap();
    let table = readme.split("\n| code | meaning |\n").nth(1).unwrap();
    let rows =
        table.lines().take_while(|line| line.starts_with('|')).filter_map(|line| line.split('|').nth(1));
    let codes: Vec<&str> = rows.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(codes.len() > 25 && codes.contains(&"site_incomplete"), "{codes:?}");
    let file = home.file("a.json", account("a"));
    home.run(&["check", &file, "--accept", &codes.join(",")]).expect(0);
}

#[test]
fn a_mapping_can_be_printed_changed_and_used() {
    let home = Home::new();
    let default = home.run(&["mapping"]).expect(0).stdout;
    serde_json::from_str::<Value>(&home.run(&["mapping", "--schema"]).expect(0).stdout).unwrap();
    let mine = home.file(
        "mine.toml",
        format!("{}\n[user_metadata.from_us]\nsource = {{ constant = \"gigya\" }}\n", default),
    );
    let data = "{\"UID\":\"a\",\"profile\":{\"email\":\"a@example.com\"},\"data\":{\"x\":{\"y\":7}}}";
    let file = home.file("a.json", data);
    home.run(&["convert", &file, "--run", "mine", "--mapping", &mine]).expect(0);
    let text = std::fs::read_to_string(home.run_folder("mine").join("parts/part-000001.json")).unwrap();
    assert!(text.contains("\"from_us\":{\"source\":\"gigya\"}"), "{text}");
    // Members that are spread on the top of app_metadata can be Auth0's own; they are mended.
    let spread = home.file(
        "spread.toml",
        "version = 1\n[user]\nemail = \"profile.email\"\n[app_metadata]\n\"*\" = \"data\"\n",
    );
    let hot = home.file("hot.json", data.replace("\"x\":{\"y\":7}", "\"x\":1,\"email\":\"q\",\"roles\":[1]"));
    let report =
        home.run(&["convert", &hot, "--run", "spread", "--mapping", &spread, "--json"]).expect(0).json();
    assert_eq!(report["mended"][0]["code"], "forbidden_key");
    let text = std::fs::read_to_string(home.run_folder("spread").join("parts/part-000001.json")).unwrap();
    let user: Value = serde_json::from_str(&text).unwrap();
    let expected = json!({"x": 1, "roles": [1], "gigya": {"original": {"app_metadata": {"email": "q"}}}});
    assert_eq!(user[0]["app_metadata"], expected);
}

#[test]
fn a_pilot_by_a_value() {
    let home = Home::new();
    let one = |id: &str, country: &str| {
        json!({"UID": id, "profile": {"email": format!("{id}@example.com"), "country": country}}).to_string()
    };
    let file = home.file("a.json", [one("a", "CZ"), one("b", "DE"), one("c", "CZ")].join("\n"));
    let report = home.run(&["check", &file, "--where", "profile.country=CZ", "--json"]).expect(0).json();
    assert_eq!((&report["counters"]["packed"], &report["counters"]["not_selected"]), (&json!(2), &json!(1)));
}

#[test]
fn the_sample_is_the_same_for_the_same_seed() {
    let home = Home::new();
    let write = |name: &str, seed: &str| {
        let path = home.path(name).to_str().unwrap().to_owned();
        home.run(&[
            "sample",
            "--accounts",
            "300",
            "--seed",
            seed,
            "-o",
            &path,
            "--logins",
            &format!("{path}.logins"),
        ])
        .expect(0);
        std::fs::read(&path).unwrap()
    };
    let first = write("one", "7");
    assert_eq!(first, write("two", "7"));
    assert_ne!(first, write("three", "8"));
    assert_eq!(first[0], b'[', "an array by default");
}

#[test]
fn what_cannot_move_can_be_left() {
    let home = Home::new();
    let lazy = json!({"UID": "z", "profile": {"email": "z@example.com"}, "password": {"hash": "AAAA", "hashSettings": {"algorithm": "symphony2"}}});
    let file = home.file("a.json", format!("{}\n{lazy}\n", account("a")));
    let report = home.run(&["convert", &file, "--run", "left", "--lazy", "leave", "--json"]).expect(0).json();
    adds_up(&report);
    assert_eq!((&report["counters"]["left"], &report["lanes"]["lazy"]), (&json!(1), &json!(1)));
    assert_eq!(home.lines("left", "lazy.ndjson")[0]["uid"], "z");
    let report = home.run(&["convert", &file, "--run", "reset", "--json"]).expect(0).json();
    assert_eq!(report["passwords"][0]["code"], "hash_unknown");
    assert_eq!(report["lanes"]["reset"], 2);
}

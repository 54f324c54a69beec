//! Several inputs of one run: each is counted for itself, and doubles across them are found.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};

use mapping::{DEFAULT, Identifier, Mapping};
use migration::prepare::{Kind, PrepareOptions, PrepareProgress, prepare};
use migration::report::Report;
use migration::run::RunFolder;
use migration::screen::Duplicates;
use serde_json::{Value, json};

fn options() -> PrepareOptions {
    let mut options = PrepareOptions { threads: 2, ..PrepareOptions::default() };
    options.policies.identifiers = vec![Identifier::Email];
    options
}

fn written(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn accounts(all: &[(&str, &str)]) -> String {
    let line = |(uid, email): &(&str, &str)| {
        json!({"UID": uid, "profile": {"email": email}, "isRegistered": true, "isActive": true}).to_string()
    };
    all.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn prepared(dir: &Path, files: Vec<PathBuf>, options: &PrepareOptions) -> (RunFolder, Report) {
    let folder = RunFolder::create(&dir.join("run")).unwrap();
    let mapping = Mapping::compile(DEFAULT, &options.policies.identifiers).unwrap();
    let progress = PrepareProgress::default();
    let report = prepare(files, &mapping, options, Some(&folder), &progress).unwrap().report;
    let seen: u64 = progress.inputs.lock().unwrap().iter().map(|input| input.read).sum();
    assert_eq!(Some(seen), report.counters.read, "whoever looks on sees every record");
    (folder, report)
}

#[test]
fn inputs_add_up_to_the_run_whatever_becomes_of_doubles() {
    for duplicates in [Duplicates::KeepLatest, Duplicates::Merge, Duplicates::SetAside] {
        let dir = tempfile::tempdir().unwrap();
        let first = accounts(&[("a", "same@example.com"), ("b", "b@example.com"), ("c", "nobody")]);
        let second =
            format!("{}\n{{\"UID\":\n", accounts(&[("d", "same@example.com"), ("e", "e@example.com")]));
        let files = vec![written(dir.path(), "one.json", &first), written(dir.path(), "two.json", &second)];
        let mut options = options();
        options.policies.duplicates = duplicates;
        let (_, report) = prepared(dir.path(), files, &options);
        let sum = |of: fn(&migration::report::InputCounters) -> u64| Some(report.inputs.iter().map(of).sum());
        assert_eq!(report.inputs.len(), 2, "{duplicates:?}");
        assert_eq!(sum(|input| input.read), report.counters.read);
        assert_eq!(sum(|input| input.set_aside), report.counters.set_aside);
        assert_eq!(sum(|input| input.left), report.counters.left);
        assert_eq!(sum(|input| input.packed), report.counters.packed);
        for input in &report.inputs {
            assert_eq!(input.read, input.set_aside + input.left + input.packed, "{duplicates:?}: {input:?}");
        }
        assert!(report.inputs[0].input.ends_with("one.json") && report.inputs[0].read == 3);
    }
}

#[test]
fn one_input_is_the_run() {
    let dir = tempfile::tempdir().unwrap();
    let file = written(dir.path(), "one.json", &accounts(&[("a", "a@example.com")]));
    assert!(prepared(dir.path(), vec![file], &options()).1.inputs.is_empty());
}

#[test]
fn values_are_texts_in_the_input_that_is_a_table_and_nowhere_else() {
    let dir = tempfile::tempdir().unwrap();
    let files = vec![
        written(dir.path(), "a.txt", "user_id,email,email_verified\na,a@example.com,true\n"),
        written(dir.path(), "b.json", r#"[{"user_id":"b","email":"b@example.com","email_verified":"true"}]"#),
    ];
    let options = PrepareOptions { kind: Kind::Users, ..options() };
    let (folder, _) = prepared(dir.path(), files, &options);
    let users: Vec<Value> = serde_json::from_slice(&std::fs::read(folder.part(1)).unwrap()).unwrap();
    let of = |id: &str| users.iter().find(|user| user["user_id"] == id).unwrap();
    assert_eq!(of("a")["email_verified"], true);
    assert_ne!(of("b")["email_verified"], true, "a text of a JSON file is no boolean");
}

#[test]
fn a_run_starts_over_until_somebody_was_sent() {
    let dir = tempfile::tempdir().unwrap();
    let file = written(dir.path(), "one.json", &accounts(&[("a", "a@example.com")]));
    let (folder, _) = prepared(dir.path(), vec![file], &options());
    folder.start_over().unwrap();
    assert!(!folder.file("manifest.json").exists() && !folder.part(1).exists());
    std::fs::write(folder.file("ledger.sqlite"), "").unwrap();
    assert!(folder.start_over().is_err());
}

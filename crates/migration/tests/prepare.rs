//! Prepare through its library door: formats, broken input, doubles, limits, determinism.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use mapping::{DEFAULT, Identifier, Mapping};
use migration::prepare::{PrepareOptions, PrepareProgress, Prepared, prepare};
use migration::read::{Format, resolve};
use migration::report::Report;
use migration::run::RunFolder;
use migration::screen::Duplicates;
use serde_json::{Value, json};

fn options() -> PrepareOptions {
    let mut options = PrepareOptions { threads: 2, ..PrepareOptions::default() };
    options.policies.identifiers = vec![Identifier::Email];
    options
}

struct Run {
    folder: RunFolder,
    prepared: Prepared,
    _dir: tempfile::TempDir,
}

fn run(path: &Path, options: &PrepareOptions) -> Run {
    run_all(&[path.to_owned()], options)
}

fn run_all(files: &[PathBuf], options: &PrepareOptions) -> Run {
    let dir = tempfile::tempdir().unwrap();
    let folder = RunFolder::create(&dir.path().join("run")).unwrap();
    let mapping = Mapping::compile(DEFAULT, &options.policies.identifiers).unwrap();
    let prepared =
        prepare(files.to_vec(), &mapping, options, Some(&folder), &PrepareProgress::default()).unwrap();
    // Without a folder the same is counted. (A merged user's size is known only when it is made.)
    let checked = prepare(files.to_vec(), &mapping, options, None, &PrepareProgress::default()).unwrap();
    let slim = |report: &Report| Report { run: String::new(), seconds: Default::default(), ..report.clone() };
    if options.policies.duplicates != Duplicates::Merge {
        assert_eq!(slim(&prepared.report), slim(&checked.report));
    }
    Run { folder, prepared, _dir: dir }
}

impl Run {
    fn users(&self) -> Vec<Value> {
        let mut users = Vec::new();
        for part in &self.folder.manifest().unwrap().parts {
            let text = std::fs::read(self.folder.part(part.number)).unwrap();
            assert_eq!(text.len() as u64, part.bytes);
            assert_eq!(blake3::hash(&text).to_hex().as_str(), part.blake3);
            let list: Vec<Value> = serde_json::from_slice(&text).unwrap();
            assert_eq!(list.len(), part.users as usize);
            users.extend(list);
        }
        users
    }

    fn ids(&self) -> BTreeSet<String> {
        self.users().iter().map(|user| user["user_id"].as_str().unwrap_or("?").to_owned()).collect()
    }

    fn set_aside(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.file("set-aside.ndjson")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn codes(&self) -> Vec<(String, u64)> {
        let one = |line: &Value| {
            (line["code"].as_str().unwrap().to_owned(), line["position"]["record"].as_u64().unwrap())
        };
        self.set_aside().iter().map(one).collect()
    }

    fn counters(&self) -> [u64; 4] {
        let counters = self.prepared.report.counters;
        [counters.read, counters.packed, counters.set_aside, counters.left].map(|number| number.unwrap())
    }
}

fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn file(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn account(id: &str) -> Value {
    json!({"UID": id, "profile": {"email": format!("{id}@x.test"), "firstName": "A"}, "data": {"pad": "é".repeat(10)}})
}

fn zip(files: &[(&str, String)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn every_format_gives_the_same_users() {
    let dir = tempfile::tempdir().unwrap();
    let accounts: Vec<Value> = (0..50).map(|n| account(&format!("u{n}"))).collect();
    let lines: Vec<String> = accounts.iter().map(Value::to_string).collect();
    let pretty: Vec<String> = accounts.iter().map(|one| serde_json::to_string_pretty(one).unwrap()).collect();
    let array = Value::Array(accounts.clone());
    let mut dsv = vec!["UID;profile.email;profile.firstName;data.pad".to_owned()];
    dsv.extend(accounts.iter().map(|one| {
        let text = |pointer: &str| one.pointer(pointer).unwrap().as_str().unwrap().to_owned();
        [text("/UID"), text("/profile/email"), text("/profile/firstName"), text("/data/pad")].join(";")
    }));
    let wrapped =
        json!({"callId": "x", "errorCode": 0, "any name": accounts, "objectsCount": 50}).to_string();
    let pages =
        format!("{}\n{}", json!({"results": accounts[..30]}), json!({"results": accounts[30..], "n": {}}));
    let texts: Vec<(&str, Vec<u8>)> = vec![
        ("array", array.to_string().into_bytes()),
        (
            "array with a mark",
            format!("\u{feff}{}", serde_json::to_string_pretty(&array).unwrap()).into_bytes(),
        ),
        ("lines", lines.join("\n").into_bytes()),
        ("CRLF, blank lines", lines.join("\r\n\r\n  \r\n").into_bytes()),
        ("over several lines", pretty.join("\n").into_bytes()),
        ("without line breaks", lines.concat().into_bytes()),
        ("wrapped", wrapped.clone().into_bytes()),
        ("pages of answers", pages.into_bytes()),
        ("dsv", dsv.join("\r\n").into_bytes()),
        ("gzip", gzip(lines.join("\n").as_bytes())),
        ("gzip of an answer", gzip(wrapped.as_bytes())),
        ("zip", zip(&[("a/1.json", lines[..20].join("\n")), ("../2.json", lines[20..].join("\n"))])),
    ];
    for (name, bytes) in texts {
        let run = run(&file(dir.path(), "input.any", &bytes), &options());
        assert_eq!(run.counters(), [50, 50, 0, 0], "{name}: {:?}", run.set_aside());
        assert_eq!(run.ids(), (0..50).map(|n| format!("u{n}")).collect(), "{name}");
        assert_eq!(run.users()[7]["app_metadata"]["data"]["pad"], "é".repeat(10), "{name}");
        assert!(run.prepared.troubles.is_empty(), "{name}: {:?}", run.prepared.troubles);
    }
}

#[test]
fn a_folder_and_a_glob_are_read_in_order() {
    let dir = tempfile::tempdir().unwrap();
    for n in (0..5).rev() {
        file(dir.path(), &format!("{n}.json"), account(&format!("u{n}")).to_string());
    }
    file(dir.path(), ".hidden", b"not json");
    let folder = dir.path().to_str().unwrap().to_owned();
    for source in [folder.clone(), format!("{folder}/*.json")] {
        let run = run_all(&resolve(&source).unwrap(), &options());
        let ids: Vec<Value> = run.users().iter().map(|user| user["user_id"].clone()).collect();
        assert_eq!(ids, ["u0", "u1", "u2", "u3", "u4"]);
        assert_eq!(run.folder.manifest().unwrap().inputs.len(), 5);
    }
    assert!(resolve(&format!("{folder}/none")).is_err());
}

#[test]
fn broken_lines_stop_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let good = |n: u32| account(&format!("u{n}")).to_string();
    let cut = good(99)[..30].to_owned();
    let deep = format!("{{\"UID\":\"deep\",\"data\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let mut bytes = Vec::new();
    for line in [
        &good(0),
        "garbage",
        "more garbage",
        &good(1),
        &cut,
        &good(2),
        "{\"UID\":\"x\"}}",
        &good(3),
        "{\"UID\":\"\\uZZZZ\"}",
    ] {
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(b"{\"UID\":\"bad \xff byte\"}\n");
    bytes.extend_from_slice(format!("{deep}\n{}", good(4)).as_bytes());
    let run = run(&file(dir.path(), "lines.json", &bytes), &options());
    assert_eq!(run.ids(), set(&["u0", "u1", "u2", "u3", "u4"]));
    let broken = |record| ("broken_json".to_owned(), record);
    assert_eq!(
        run.codes(),
        [broken(2), broken(3), broken(5), broken(7), broken(9), broken(10), ("too_deep".to_owned(), 11)]
    );
    let aside = run.set_aside();
    let raw: Vec<_> = aside[..3].iter().map(|line| line["raw"].as_str().unwrap()).collect();
    assert_eq!(raw, ["garbage", "more garbage", &cut]);
    let third = aside[2]["position"]["byte"].as_u64().unwrap() as usize;
    assert!(bytes[third..].starts_with(cut.as_bytes()));
    assert!(aside[6]["raw"].as_str().unwrap().len() <= 4096);
}

#[test]
fn broken_elements_of_an_array_stop_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("[{},\n{{\"UID\":oops}}, {{\"UID\" \"x\"}} ,{}, 7]", account("a"), account("b"));
    let run = run(&file(dir.path(), "array", text), &options());
    assert_eq!(run.ids(), set(&["a", "b"]));
    assert_eq!(run.codes().iter().map(|(_, record)| *record).collect::<Vec<_>>(), [2, 3, 5]);
}

#[test]
fn a_broken_container_is_told_and_what_came_before_is_prepared() {
    let dir = tempfile::tempdir().unwrap();
    let lines: String = (0..500).map(|n| format!("{}\n", account(&format!("user-number-{n}")))).collect();
    let mut cut = gzip(lines.as_bytes());
    cut.truncate(cut.len() / 2);
    let mut cut_zip = zip(&[("a.json", lines)]);
    cut_zip.truncate(cut_zip.len() / 2);
    let array = format!("[{},{},{{\"UID\":\"half", account("a"), account("b"));
    let answer = format!("{{\"results\":[{},{}],\"objectsCount\":", account("a"), account("b"));
    for (name, bytes, at_least) in [
        ("gzip", cut, 50),
        ("zip", cut_zip, 50),
        ("array", array.into_bytes(), 2),
        ("answer", answer.into_bytes(), 2),
    ] {
        let run = run(&file(dir.path(), "cut", &bytes), &options());
        assert!(!run.prepared.troubles.is_empty(), "{name}");
        assert!(run.users().len() >= at_least, "{name}: {}", run.users().len());
        assert!(run.set_aside().is_empty(), "{name}: {:?}", run.set_aside());
    }
}

#[test]
fn records_and_expansion_are_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let large = json!({"UID": "large", "data": {"x": "y".repeat(3 << 20)}}).to_string();
    let lines = format!("{}\n{large}\n{}\n", account("a"), account("b"));
    let array = format!("[{},{large},{}]", account("a"), account("b"));
    for text in [lines, array] {
        let run = run(&file(dir.path(), "large", text), &options());
        assert_eq!(run.ids(), set(&["a", "b"]));
        assert_eq!(run.set_aside()[0]["code"], "too_large");
        assert_eq!(run.counters(), [3, 2, 1, 0]);
    }
    let mut small = options();
    small.read.limits.max_expanded = 1 << 20;
    let run = run(&file(dir.path(), "bomb", gzip(&b" ".repeat(4 << 20))), &small);
    assert!(run.prepared.troubles[0].reason.contains("--max-expanded"));
}

#[test]
fn parts_are_full_and_the_same_for_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let mut lines = String::new();
    for n in 0..6000_u64 {
        let twin = if n % 97 == 96 { n - 90 } else { n };
        let mut one = account(&format!("u{n}"));
        one["profile"]["email"] = json!(format!("u{twin}@x.test"));
        one["lastLoginTimestamp"] = json!(1_700_000_000_000_u64 + (n * 7919) % 1000);
        one["data"]["pad"] = json!("x".repeat((n as usize * 31) % 900));
        lines.push_str(&format!("{one}\n"));
    }
    let path = file(dir.path(), "many.ndjson", lines);
    let mut texts = Vec::new();
    for threads in [1, 2, 7] {
        let run = run(&path, &PrepareOptions { threads, ..options() });
        let [read, packed, set_aside, left] = run.counters();
        assert_eq!((read, set_aside, left), (6000, 61, 0));
        let users = run.users();
        assert_eq!(users.len() as u64, packed);
        let emails: BTreeSet<&str> = users.iter().map(|user| user["email"].as_str().unwrap()).collect();
        assert_eq!(emails.len(), users.len(), "nobody is doubled");
        let told = |line: &Value| {
            line["code"] == "duplicate_email" && line["reason"].as_str().unwrap().contains("logged in later")
        };
        assert!(run.set_aside().iter().all(told));
        let parts = run.folder.manifest().unwrap().parts;
        for part in &parts[..parts.len() - 1] {
            assert!(part.bytes <= migration::pack::MAX_PART as u64);
            assert!(part.bytes > migration::pack::MAX_PART as u64 - 2500, "{}", part.bytes);
        }
        let all: Vec<Vec<u8>> =
            parts.iter().map(|part| std::fs::read(run.folder.part(part.number)).unwrap()).collect();
        texts.push((all, std::fs::read(run.folder.file("set-aside.ndjson")).unwrap()));
    }
    assert!(texts[0] == texts[1] && texts[1] == texts[2], "the number of threads changed the parts");
}

#[test]
fn doubles_by_every_policy() {
    let dir = tempfile::tempdir().unwrap();
    let one = |id: &str, email: &str, login: u64| {
        json!({"UID": id, "profile": {"email": email}, "lastLoginTimestamp": login, "data": {"from": id}})
            .to_string()
    };
    let text = [
        one("a", "X@x.test", 10),
        one("b", "x@x.test", 30),
        one("c", "c@x.test", 5),
        one("a", "d@x.test", 20),
    ]
    .join("\n");
    let path = file(dir.path(), "doubles", text);
    let with = |duplicates| {
        let mut options = options();
        options.policies.duplicates = duplicates;
        run(&path, &options)
    };
    let latest = with(Duplicates::KeepLatest);
    assert_eq!(latest.ids(), set(&["a", "b", "c"]));
    assert_eq!(latest.counters(), [4, 3, 1, 0]);
    assert_eq!(latest.set_aside()[0]["position"]["record"], 1);
    assert_eq!(with(Duplicates::SetAside).ids(), set(&["c"]));
    let merged = with(Duplicates::Merge);
    assert_eq!(merged.ids(), set(&["b", "c"]));
    let users = merged.users();
    let b = users.iter().find(|user| user["user_id"] == "b").unwrap();
    assert_eq!(b["app_metadata"]["gigya"]["merged"], json!(["a"]));
}

#[test]
fn what_describes_is_mended_and_what_identifies_is_set_aside() {
    let dir = tempfile::tempdir().unwrap();
    let text = [
        json!({"UID": "long", "profile": {"email": "l@x.test", "firstName": "é".repeat(200), "photoURL": "not a url"}}),
        json!({"UID": "has space", "profile": {"email": "s@x.test"}}),
        json!({"UID": "nomail"}),
        json!({"UID": "badmail", "profile": {"email": "a@b"}}),
        json!({"UID": "lite", "hasFullAccount": false, "email": "lite@x.test"}),
        json!({"UID": "pending", "isRegistered": false, "profile": {"email": "p@x.test"}}),
        json!({"UID": "big", "profile": {"email": "big@x.test"}, "data": {"x": "y".repeat(11_000)}}),
        json!({"UID": "key", "profile": {"email": "key@x.test", "phones": [{"a.b": 1, "number": "1"}]}}),
    ]
    .map(|value| value.to_string())
    .join("\n");
    let path = file(dir.path(), "mixed", text);
    let names = |run: &Run| run.codes().into_iter().map(|(code, _)| code).collect::<Vec<_>>();
    let first = run(&path, &options());
    let expected =
        ["user_id_invalid", "email_missing", "email_invalid", "lite", "not_registered", "profile_too_large"];
    assert_eq!(names(&first), expected);
    let users = first.users();
    assert_eq!(users[0]["given_name"], "é".repeat(150));
    let original = &users[0]["app_metadata"]["gigya"]["original"];
    assert_eq!(
        (&original["given_name"], &original["picture"]),
        (&json!("é".repeat(200)), &json!("not a url"))
    );
    assert_eq!(users[1]["user_metadata"]["phones"], json!([{"number": "1"}]));
    assert_eq!(first.prepared.report.counters.fixed, Some(2));
    let mut other = options();
    other.policies.choose("picture_invalid=set-aside").unwrap();
    other.policies.choose("user_id_invalid=fix").unwrap();
    other.policies.include_lite = true;
    other.policies.include_unregistered = true;
    other.policies.spill = vec!["data".to_owned()];
    let second = run(&path, &other);
    assert_eq!(names(&second), ["picture_invalid", "email_missing", "email_invalid"]);
    assert_eq!(second.ids(), set(&["has_space", "lite", "pending", "big", "key"]));
    let spilled = std::fs::read_to_string(second.folder.file("spilled.ndjson")).unwrap();
    let line: Value = serde_json::from_str(spilled.trim()).unwrap();
    assert_eq!(
        (&line["user_id"], line["spilled"]["data"]["x"].as_str().unwrap().len()),
        (&json!("big"), 11_000)
    );
}

#[test]
fn a_cohort_and_a_pilot() {
    let dir = tempfile::tempdir().unwrap();
    let lines: String = (0..3000).map(|n| format!("{}\n", account(&format!("u{n}")))).collect();
    let path = file(dir.path(), "all", lines);
    let mut some = options();
    some.selection.limit = Some(1234);
    assert_eq!(run(&path, &some).counters(), [1234, 1234, 0, 0]);
    let mut some = options();
    some.selection.uids = Some(set(&["u5", "u2999", "none"]).into_iter().collect());
    let cohort = run(&path, &some);
    assert_eq!(cohort.ids(), set(&["u5", "u2999"]));
    assert_eq!(cohort.prepared.report.counters.not_selected, Some(2998));
}

#[test]
fn a_format_can_be_forced() {
    let dir = tempfile::tempdir().unwrap();
    let mut dsv = options();
    dsv.read.format = Format::Dsv;
    let run = run(&file(dir.path(), "x", b"UID|email\n{a}|a@x.test\n"), &dsv);
    assert_eq!(run.ids(), set(&["{a}"]));
}

#[test]
fn every_array_of_accounts_in_an_object_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let ids = |text: String, format| {
        let mut options = options();
        options.read.format = format;
        options.read.limits.max_record = 100_000;
        run(&file(dir.path(), "wrapped", text), &options)
    };
    let [a, b, c] = ["a", "b", "c"].map(account);
    let noise = "n".repeat(700_000);
    for text in [
        json!({"warnings": [], "results": [a, b, c]}).to_string(),
        json!({"errors": [{"code": 1}], "results": [a, b, c], "more": {"x": [1]}}).to_string(),
        json!({"first": [a], "note": "n", "second": [b, c]}).to_string(),
        format!(r#"{{"first":[{a}],"noise":["{noise}",{{"x":[{{}}]}}],"second":[{b},{c}],"n":1}}"#),
        format!("{}\n{}", json!({"results": [a, b], "n": {"results": []}}), json!({"results": [c]})),
    ] {
        let read = ids(text.clone(), Format::Auto);
        assert_eq!(read.ids(), set(&["a", "b", "c"]), "{}", &text[..60]);
        assert_eq!((read.counters(), read.prepared.troubles.len()), ([3, 3, 0, 0], 0));
    }
    // Cut in the middle of what stands behind the accounts.
    let cut = ids(format!(r#"{{"results":[{a}],"rest":["x""#), Format::Auto);
    assert_eq!((cut.ids(), cut.prepared.troubles.len()), (set(&["a"]), 1));
    assert_eq!(ids(r#"{"results":[],"n":0}"#.to_owned(), Format::Auto).counters(), [0; 4]);
}

#[test]
fn what_is_no_export_is_told() {
    let dir = tempfile::tempdir().unwrap();
    for (text, format) in [
        ("<a></a>", Format::Auto),
        ("42", Format::Auto),
        ("[{\"UID\":1}]", Format::Dsv),
        ("UID,data.note\na,\"b\nc,d\ne,f\n", Format::Auto),
    ] {
        let mut options = options();
        options.read.format = format;
        let run = run(&file(dir.path(), "no-export", text), &options);
        assert_eq!(
            (run.counters()[1], run.prepared.troubles.len()),
            (0, 1),
            "{text}: {:?}",
            run.prepared.troubles
        );
    }
    // A header without rows is an export of nobody.
    let none = run(&file(dir.path(), "none", "UID,profile.email\n"), &options());
    assert_eq!((none.counters(), none.prepared.troubles.len()), ([0; 4], 0));
}

#[test]
fn doubles_are_found_however_they_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let text = [("a", "Bob"), ("b", "bob"), ("c", "bo")]
        .map(|(id, name)| {
            json!({"UID": id, "profile": {"email": format!("{id}@x.test")}, "loginIDs": {"username": name}})
                .to_string()
        })
        .join("\n");
    let mut options = options();
    options.policies.identifiers = vec![Identifier::Email, Identifier::Username];
    let run = run(&file(dir.path(), "names", text), &options);
    assert_eq!(run.ids(), set(&["a", "c"]));
    let line = &run.set_aside()[0];
    assert_eq!(line["code"], "duplicate_username");
    assert!(line["reason"].as_str().unwrap().ends_with("comes first; neither logged in later"), "{line}");
}

#[test]
fn united_users_keep_what_belongs_to_them_and_fit() {
    let dir = tempfile::tempdir().unwrap();
    let one = |id: &str, email: &str, login: u64, more: Value| {
        let mut account = json!({"UID": id, "profile": {"email": email}, "lastLoginTimestamp": login});
        account.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        account.to_string()
    };
    let facebook = json!({"provider": "facebook", "providerUID": "7"});
    let google = json!({"provider": "googleplus", "providerUID": "8"});
    let pad = |text: &str| json!({"data": {text: "x".repeat(6_000)}});
    let text = [
        one("old", "p@x.test", 10, json!({"isActive": false, "identities": [facebook]})),
        one("new", "p@x.test", 30, json!({"isActive": true, "identities": [google, facebook]})),
        one("big1", "big@x.test", 10, json!({"preferences": {"one": "x".repeat(6_000)}})),
        one("big2", "big@x.test", 20, pad("two")),
        one("same1", "same@x.test", 10, pad("one")),
        one("same2", "same@x.test", 20, json!({"data": {"one": "y".repeat(5_000)}})),
    ]
    .join("\n");
    let mut options = options();
    options.policies.duplicates = Duplicates::Merge;
    let run = run(&file(dir.path(), "merge", text), &options);
    assert_eq!(run.ids(), set(&["new", "big2", "same2"]));
    let users = run.users();
    let user = |id: &str| users.iter().find(|user| user["user_id"] == id).unwrap();
    // An old account that was locked locks nobody out, and the difference is listed.
    assert_eq!(user("new")["blocked"], Value::Null);
    assert_eq!(user("new")["app_metadata"]["gigya"]["conflicts"]["blocked"], json!([true]));
    // What the old account is linked to is the new one's now, each identity once.
    let linking = std::fs::read_to_string(run.folder.file("linking.ndjson")).unwrap();
    let links: Vec<Value> = linking.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(links.len(), 1);
    assert_eq!(links[0]["user_id"], "auth0|new");
    let linked: Vec<&str> = links[0]["identities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|identity| identity["user_id"].as_str().unwrap())
        .collect();
    assert_eq!(linked, ["7", "8"]);
    // Too large together: the latest stays as it is, and the other is told why.
    assert_eq!(user("big2")["app_metadata"]["gigya"]["merged"], Value::Null);
    let lines = run.set_aside();
    let of = |id: &str| {
        lines.iter().find(|line| line["uid"] == id).unwrap()["reason"].as_str().unwrap().to_owned()
    };
    assert!(of("big1").contains("larger than Auth0 takes"), "{}", of("big1"));
    assert!(of("old").starts_with("united with account new"), "{}", of("old"));
    // Too large only for the conflicts: they are written beside.
    assert_eq!(user("same2")["app_metadata"]["gigya"]["merged"], json!(["same1"]));
    let spilled = std::fs::read_to_string(run.folder.file("spilled.ndjson")).unwrap();
    assert!(spilled.contains("conflicts") && spilled.contains("same2"), "{spilled}");
    assert_eq!(run.counters(), [6, 3, 3, 0]);
}

#[test]
fn what_a_rule_cannot_use_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let text = json!({"UID": "a", "isActive": "FALSE", "profile": {
        "email": "a@x.test", "firstName": format!("{}abc", " ".repeat(160)), "lastName": true, "nickname": ["n"],
        "birthYear": 1984, "birthMonth": 2, "birthDay": 30, "photoURL": "https://x.test/a", "thumbnailURL": "https://x.test/b"},
        "identities": "x"});
    let run = run(&file(dir.path(), "types", text.to_string()), &options());
    let user = &run.users()[0];
    assert_eq!((&user["blocked"], &user["given_name"]), (&json!(true), &json!("abc")));
    let lost: BTreeSet<&str> = run.prepared.report.not_moved.iter().map(|one| one.path.as_str()).collect();
    let expected =
        ["identities", "profile.birthDay", "profile.lastName", "profile.nickname", "profile.thumbnailURL"];
    assert_eq!(lost, BTreeSet::from(expected));
}

#[test]
fn passwords_come_from_where_the_mapping_says() {
    let dir = tempfile::tempdir().unwrap();
    let hash = json!({"hash": "5f4dcc3b5aa765d61d8327deb882cf99", "hashSettings": {"algorithm": "md5"}});
    let text = [
        json!({"UID": "a", "profile": {"email": "a@x.test"}, "data": {"pw": hash}}),
        json!({"UID": "b", "profile": {"email": "b@x.test"}, "password": hash}),
    ]
    .map(|account| account.to_string())
    .join("\n");
    let path = file(dir.path(), "passwords", text);
    let document = DEFAULT.replace("password       = \"password\"", "password = [\"data.pw\", \"password\"]");
    assert_ne!(document, DEFAULT);
    let mapping = Mapping::compile(&document, &[Identifier::Email]).unwrap();
    let mut options = options();
    options.document = document;
    let prepared = prepare(vec![path], &mapping, &options, None, &PrepareProgress::default()).unwrap();
    assert_eq!(prepared.report.lanes.unwrap().hash, 2);
}

#[test]
fn factors_that_auth0_would_refuse_are_left_out_and_counted() {
    let dir = tempfile::tempdir().unwrap();
    let one = |id: &str, factors: Value| {
        json!({"UID": id, "profile": {"email": format!("{id}@x.test")}, "mfa": factors}).to_string()
    };
    let text = [
        one("good", json!([{"phone": {"value": "+420777123456"}}])),
        one("bad", json!([{"totp": {"secret": "lower case"}}])),
    ]
    .join("\n");
    let path = file(dir.path(), "factors", text);
    let document = DEFAULT.replace("[user_metadata]", "mfa_factors = \"mfa\"\n\n[user_metadata]");
    let mapping = Mapping::compile(&document, &[Identifier::Email]).unwrap();
    let folder = RunFolder::create(&dir.path().join("run")).unwrap();
    let mut options = options();
    options.document = document;
    let prepared =
        prepare(vec![path], &mapping, &options, Some(&folder), &PrepareProgress::default()).unwrap();
    let text = std::fs::read_to_string(folder.part(1)).unwrap();
    assert_eq!(text.matches("mfa_factors").count(), 1, "{text}");
    let lost = prepared.report.not_moved.iter().find(|one| one.path == "mfa_factors").unwrap();
    assert_eq!(lost.count, 1);
}

#[test]
fn a_folder_with_other_files_becomes_no_run() {
    let dir = tempfile::tempdir().unwrap();
    file(dir.path(), "export.json", "{}");
    let refused = RunFolder::create(dir.path()).unwrap_err().to_string();
    assert!(refused.contains("export.json"), "{refused}");
    assert!(dir.path().join("export.json").is_file());
}

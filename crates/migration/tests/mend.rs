//! One record by itself is what the run makes of it, and can be found again, mended and kept.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use mapping::{Identifier, Mapping};
use migration::mend::{self, MendError, Mender, Position, Progress, SetAside};
use migration::prepare::{Fate, Lane, PrepareOptions, PrepareProgress, judge, prepare};
use migration::read::{Format, Limits, ReadOptions};
use migration::run::RunFolder;
use migration::screen::Lazy;
use sample::Sample;
use serde_json::{Map, Value, json};

fn options() -> PrepareOptions {
    let mut options =
        PrepareOptions { threads: 2, document: mapping::DEFAULT.to_owned(), ..PrepareOptions::default() };
    options.policies.identifiers = vec![Identifier::Email];
    options
}

fn run(path: &Path, folder: &Path, options: &PrepareOptions) -> RunFolder {
    let mapping = Mapping::compile(&options.document, &options.policies.identifiers).unwrap();
    let folder = RunFolder::create(folder).unwrap();
    let files = vec![path.to_owned()];
    prepare(files, &mapping, options, Some(&folder), &PrepareProgress::default()).unwrap();
    folder
}

/// Users of the parts by id.
fn packed(folder: &RunFolder) -> HashMap<String, Map<String, Value>> {
    let mut users = HashMap::new();
    for part in folder.manifest().unwrap().parts {
        let text = std::fs::read(folder.part(part.number)).unwrap();
        for user in serde_json::from_slice::<Vec<Map<String, Value>>>(&text).unwrap() {
            users.insert(user["user_id"].as_str().unwrap().to_owned(), user);
        }
    }
    users
}

fn lines(folder: &RunFolder, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.file(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The sample as NDJSON, without the records that are no text.
fn sample(accounts: u64) -> Vec<Vec<u8>> {
    let sample = Sample::new(accounts, 7);
    (0..sample.accounts())
        .map(|index| {
            let mut record = Vec::new();
            sample.record(index, &mut record);
            record
        })
        .collect()
}

#[test]
fn a_record_by_itself_becomes_what_the_run_makes_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let records = sample(2500);
    let path = dir.path().join("sample.ndjson");
    std::fs::write(&path, records.join(&b'\n')).unwrap();
    for lazy in [Lazy::Reset, Lazy::Leave] {
        let mut options = options();
        options.policies.lazy = lazy;
        let folder = run(&path, &dir.path().join(format!("{lazy:?}")), &options);
        let users = packed(&folder);
        // Only what is set aside for a double is not seen in one record.
        let mut aside = BTreeMap::new();
        let mut doubles = 0;
        for line in lines(&folder, "set-aside.ndjson") {
            let code = line["code"].as_str().unwrap().to_owned();
            if code.starts_with("duplicate_") {
                doubles += 1;
            } else {
                aside.insert(line["position"]["record"].as_u64().unwrap(), (code, line["reason"].clone()));
            }
        }
        let mapping = Mapping::compile(mapping::DEFAULT, &options.policies.identifiers).unwrap();
        let (mut same, mut losers, mut left) = (0, 0, 0);
        for (record, number) in records.iter().zip(1_u64..) {
            let Ok(text) = std::str::from_utf8(record) else {
                assert!(aside.contains_key(&number), "record {number}");
                continue;
            };
            match judge(text, &mapping, &options).fate {
                Fate::SetAside { code, reason } => {
                    assert_eq!(
                        aside.get(&number),
                        Some(&(code.to_owned(), reason.into())),
                        "record {number}"
                    );
                }
                Fate::Packed { user, .. } if users.get(user["user_id"].as_str().unwrap()) == Some(&user) => {
                    same += 1
                }
                Fate::Packed { .. } => losers += 1,
                Fate::Left => left += 1,
                Fate::NotSelected => panic!("record {number} was asked for"),
            }
        }
        assert_eq!((same, losers), (users.len(), doubles), "{lazy:?}");
        assert_eq!(left == 0, lazy == Lazy::Reset);
    }
}

#[test]
fn every_link_of_a_trace_leads_from_the_account_to_the_user() {
    let options = options();
    let mapping = Mapping::compile(mapping::DEFAULT, &options.policies.identifiers).unwrap();
    let mut links = 0;
    for record in sample(300) {
        let Ok(text) = String::from_utf8(record) else { continue };
        let unscreened = PrepareOptions { no_screen: true, ..options.clone() };
        let Fate::Packed { user, .. } = judge(&text, &mapping, &unscreened).fate else { continue };
        let user = Value::Object(user);
        let account: Value = serde_json::from_str(&text).unwrap();
        let at = |value: &Value, path: &str| {
            path.split('.').try_fold(value.clone(), |at, step| at.get(step).cloned())
        };
        let trace = mapping.trace(&text, Limits::default().max_depth).unwrap();
        for link in &trace.links {
            assert!(at(&user, &link.target).is_some(), "{} is in no user", link.target);
            for source in &link.sources {
                assert!(at(&account, source).is_some(), "{source} is in no account");
                links += 1;
            }
        }
        // Every member of the user has a link.
        for name in user.as_object().unwrap().keys().filter(|name| !name.ends_with("_metadata")) {
            assert!(trace.links.iter().any(|link| link.target == *name), "{name} comes from nowhere");
        }
    }
    assert!(links > 3000, "{links}");
}

/// Writes records in a framing.
fn written(dir: &Path, name: &str, records: &[String]) -> PathBuf {
    let path = dir.join(name);
    let ndjson = records.join("\n");
    let file = std::fs::File::create(&path).unwrap();
    if name.ends_with(".gz") {
        let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
        out.write_all(ndjson.as_bytes()).unwrap();
        out.finish().unwrap();
    } else if name.ends_with(".zip") {
        let mut out = zip::ZipWriter::new(file);
        for (number, part) in records.chunks(records.len().div_ceil(2)).enumerate() {
            out.start_file(format!("{number}.json"), zip::write::SimpleFileOptions::default()).unwrap();
            out.write_all(part.join("\n").as_bytes()).unwrap();
        }
        out.finish().unwrap();
    } else {
        let mut file = file;
        let text = match name {
            "array.json" => format!("[\n{}\n]", records.join(",\n")),
            "wrapped.json" => format!("{{\"results\":[{}]}}", records.join(",")),
            "marked.json" => format!("\u{feff}{ndjson}"),
            _ => ndjson,
        };
        file.write_all(text.as_bytes()).unwrap();
    }
    path
}

#[test]
fn every_record_is_found_again_in_every_framing() {
    let dir = tempfile::tempdir().unwrap();
    let filler = "x".repeat(900);
    let mut records: Vec<String> = (0..1200)
        .map(|index| json!({"UID": format!("u{index}"), "profile": {"email": format!("no address {index}")}, "x": filler}).to_string())
        .collect();
    records[700] = r#"{"UID":"broken","profile":{"email":"a@example.com",}}"#.to_owned();
    for name in ["lines.ndjson", "array.json", "wrapped.json", "marked.json", "lines.ndjson.gz", "two.zip"] {
        let path = written(dir.path(), name, &records);
        let folder = run(&path, &dir.path().join(format!("run-{name}")), &options());
        let mender = Mender::open(&folder).unwrap();
        let (mut from, mut found) = (0, 0);
        loop {
            let page = mend::page::<SetAside>(&folder, from, None, 500).unwrap();
            for item in page.items.iter().step_by(97) {
                let text = mender.record(&item.line.position).unwrap();
                match &item.line.uid {
                    Some(uid) => assert!(
                        text.starts_with(&format!("{{\"UID\":\"{uid}\"")) && text.ends_with('}'),
                        "{name}"
                    ),
                    None => assert_eq!(text, records[700], "{name}"),
                }
            }
            found += page.items.len();
            match page.next {
                Some(next) => from = next,
                None => break,
            }
        }
        assert_eq!(found, records.len(), "{name}");
        let broken = mend::page::<SetAside>(&folder, 0, Some("broken_json"), 10).unwrap().items;
        assert_eq!(mender.record(&broken[0].line.position).unwrap(), records[700], "{name}");
        assert_eq!(mend::item::<SetAside>(&folder, broken[0].at).unwrap().as_ref(), Some(&broken[0]));
        assert_eq!(mend::item::<SetAside>(&folder, broken[0].at + 1).unwrap(), None);
        assert!(mend::page::<SetAside>(&folder, 0, Some("too_deep"), 10).unwrap().items.is_empty());
    }
}

#[test]
fn rows_become_accounts_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("accounts.csv");
    std::fs::write(&path, "UID,profile.email,profile.firstName\na,a@example.com,Ann\nb,nobody,Bob\n")
        .unwrap();
    let options =
        PrepareOptions { read: ReadOptions { format: Format::Dsv, ..ReadOptions::default() }, ..options() };
    let folder = run(&path, &dir.path().join("run"), &options);
    let mender = Mender::open(&folder).unwrap();
    let page = mend::page::<SetAside>(&folder, 0, None, 10).unwrap();
    let draft = mender.draft(&mender.record(&page.items[0].line.position).unwrap(), "users.csv").unwrap();
    assert_eq!((&draft.user["user_id"], &draft.user["given_name"]), (&json!("b"), &json!("Bob")));
}

#[test]
fn a_user_is_mended_with_its_password_and_kept_only_when_it_passes() {
    let dir = tempfile::tempdir().unwrap();
    let account = json!({"UID": "u", "profile": {"email": "nobody", "firstName": "Ann"},
        "password": {"hash": "X03MO1qnZdYdgyfeuILPmQ==", "hashSettings": {"algorithm": "md5"}}});
    let path = dir.path().join("a.json");
    std::fs::write(&path, account.to_string()).unwrap();
    let folder = run(&path, &dir.path().join("run"), &options());
    let mender = Mender::open(&folder).unwrap();
    let item = mend::page::<SetAside>(&folder, 0, None, 1).unwrap().items.remove(0);
    assert_eq!(item.line.code, "email_invalid");
    let draft =
        mender.draft(&mender.record(&item.line.position).unwrap(), &item.line.position.input).unwrap();
    assert!(draft.has_password() && !draft.user.contains_key("custom_password_hash"));
    let mut user = draft.user.clone();
    let refused = mender.store(&item.line, draft.edited(user.clone()), &draft.identities);
    assert!(matches!(refused, Err(MendError::SetAside { code: "email_invalid", .. })));
    assert!(mend::progress(&folder).unwrap().is_empty());
    user.insert("email".to_owned(), json!("u@example.com"));
    user.insert("custom_password_hash".to_owned(), json!("mine"));
    let whole = draft.edited(user);
    assert!(matches!(mender.judge(&whole).fate, Fate::Packed { lane: Lane::Hash, .. }));
    mender.store(&item.line, whole, &draft.identities).unwrap();
    assert_eq!(mend::progress(&folder).unwrap()[&item.line.position], Progress::Waiting);
    let mended = lines(&folder, "mended.ndjson");
    assert_eq!(mended[0]["user"]["custom_password_hash"]["algorithm"], "md5");
}

#[test]
fn an_input_that_changed_or_went_away_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.json");
    std::fs::write(&path, r#"{"UID":"u"}"#).unwrap();
    let folder = run(&path, &dir.path().join("run"), &options());
    let position = mend::page::<SetAside>(&folder, 0, None, 1).unwrap().items[0].line.position.clone();
    let ask = |position: &Position| Mender::open(&folder).unwrap().record(position);
    assert_eq!(ask(&position).unwrap(), r#"{"UID":"u"}"#);
    let stranger = Position { input: "/etc/passwd".to_owned(), ..position.clone() };
    assert!(matches!(ask(&stranger), Err(MendError::NoRecord { .. })));
    let beyond = Position { byte: 9, ..position.clone() };
    assert!(matches!(ask(&beyond), Err(MendError::NoRecord { .. }) | Ok(_)));
    std::fs::write(&path, r#"{"UID":"v"}"#).unwrap();
    assert!(matches!(ask(&position), Err(MendError::Changed(_))));
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(ask(&position), Err(MendError::Gone { .. })));
}

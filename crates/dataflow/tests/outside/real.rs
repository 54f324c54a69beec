//! Dataflows that teams have written, as far as their outside can be had here: folders in the place of their stores, the
//! local site in the place of theirs. The flows themselves are no part of this repository.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use dataflow::runner::{Outcome, Status};
use serde_json::{Value as Json, json};

use crate::flow::{Bench, document};
use crate::local::{Local, ada_and_grace};

/// The text of a flow; nothing, and a word about it, where the flows are not beside this tree.
fn flow(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/facts/dataflows").join(name);
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: no ../shared/facts/dataflows/{name} beside this tree");
    }
    text
}

/// The files of a folder by their names.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect()
}

fn text(files: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    assert!(files.contains_key(name), "{name} among {:?}", files.keys());
    String::from_utf8(files[name].clone()).unwrap()
}

/// The rows of delimiter-separated values, by the names of the columns.
fn rows(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().escape(Some(b'\\')).from_reader(text.as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

#[track_caller]
fn count(outcome: &Outcome, step: &str) -> (u64, u64, u64) {
    let step = outcome.steps.iter().find(|one| one.id == step).unwrap();
    (step.received, step.passed, step.failed)
}

#[tokio::test]
async fn accounts_are_exported_as_compressed_values() {
    let Some(flow) = flow("export-to-sftp.json") else { return };
    let site = Local::with(&ada_and_grace()).await;
    let out = tempfile::tempdir().unwrap();
    let bench = Bench::of(vec![]);
    let outcome = document(&flow, &[], &bench, |context| {
        site.join(context);
        context.stores.insert("sftp".into(), out.path().into());
    })
    .await;
    site.stop().await;
    assert_eq!(
        (&outcome.status, outcome.records, outcome.unrouted),
        (&Status::Succeeded, 2, 0),
        "{:?}",
        bench.lines()
    );
    let files = files(out.path());
    let (name, packed) = files.first_key_value().unwrap();
    assert!(name.starts_with("GIGYA_TO_SFTP_2026") && name.ends_with(".csv.gz"), "{name}");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).unwrap();
    assert!(text.starts_with("\"MAIL\",\"NAME\""), "{text}");
    let rows = rows(&text);
    assert_eq!(rows.len(), 2);
    let ada = rows.iter().find(|row| row["MAIL"] == "ada@example.test").unwrap();
    let grace = rows.iter().find(|row| row["MAIL"] == "grace@example.test").unwrap();
    let of = |row: &BTreeMap<String, String>, names: [&str; 4]| names.map(|name| row[name].clone());
    let names = ["NAME", "BIRTH_YEAR", "POSTALCODE", "USERNAME"];
    assert_eq!(of(ada, names), ["Byron, \"Lovelace\"", "1815", "0123", "ada"]);
    assert_eq!(of(grace, names), ["Hopper", "", "", ""]);
    assert!(ada["PHONE"].contains("+44 1"), "{text}");
}

#[tokio::test]
async fn a_branch_that_fails_leaves_the_other_alone() {
    let Some(flow) = flow("split-and-lookup.json") else { return };
    let site = Local::with(&ada_and_grace()).await;
    let out = tempfile::tempdir().unwrap();
    let bench = Bench::of(vec![]);
    let outcome = document(&flow, &[], &bench, |context| {
        site.join(context);
        context.stores.insert("sftp".into(), out.path().into());
    })
    .await;
    site.stop().await;
    // The site knows nothing of game mechanics, and the flow has no error step for it.
    assert_eq!((&outcome.status, outcome.unrouted), (&Status::Succeeded, 1), "{:?}", bench.lines());
    assert_eq!(count(&outcome, "gm"), (1, 0, 1));
    let files = files(out.path());
    assert_eq!(files.len(), 1);
    // Grace has no first name.
    let accounts: Vec<Json> = serde_json::from_str(&text(&files, "test_Accounts_2026.json")).unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0]["profile"]["firstName"], "Ada");
}

#[tokio::test]
async fn accounts_that_are_there_are_told_from_new_ones() {
    let Some(flow) = flow("import-accounts-s3.json") else { return };
    let site = Local::with(&ada_and_grace()).await;
    let (source, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let accounts = json!([
        {"UID": "other", "profile": {"email": "ADA@example.test", "firstName": "Augusta"}, "data": {"step": 1}},
        {"UID": "u3", "loginIDs": {"emails": ["edith@example.test"]},
         "profile": {"email": "edith@example.test", "firstName": "Edith"}},
        {"UID": "u4", "loginIDs": {"emails": ["not an address"]}, "profile": {"email": "x@example.test"}},
    ]);
    fs::write(source.path().join("accounts.json"), accounts.to_string()).unwrap();
    let bench = Bench::of(vec![]);
    let outcome = document(&flow, &[], &bench, |context| {
        site.join(context);
        context.stores.insert("Read files from S3".into(), source.path().into());
        context.stores.insert("Save reports to S3".into(), out.path().into());
    })
    .await;
    assert_eq!((&outcome.status, outcome.unrouted), (&Status::Succeeded, 0), "{:?}", bench.lines());
    assert_eq!(count(&outcome, "Is account existing?"), (3, 1, 2));
    assert_eq!(count(&outcome, "Import account"), (3, 2, 1));
    let files = files(out.path());
    let report = |kind: &str| -> Vec<Json> {
        let found = files.iter().find(|(name, _)| name.starts_with(kind) && name.ends_with("_job-1.json"));
        serde_json::from_slice(found.unwrap().1).unwrap()
    };
    assert_eq!((report("matched").len(), report("unmatched").len(), report("success").len()), (1, 2, 2));
    assert_eq!(report("error_logs")[0]["_errorDetails"]["step"], "Import account");
    // The account that is there takes what is new, and its profile stays.
    let ada = site.account("u1").await;
    assert_eq!((&ada["data"]["step"], &ada["data"]["idxImportJobID"]), (&json!(1), &json!("job-1")));
    assert_eq!(ada["profile"]["firstName"], "Ada");
    assert_eq!(site.account("u3").await["profile"]["firstName"], "Edith");
    assert_eq!(site.search("SELECT UID FROM accounts").await.len(), 3);
    site.stop().await;
}

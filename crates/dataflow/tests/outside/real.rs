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
use crate::part::Part;

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
async fn two_files_are_made_of_one_stream() {
    let Some(flow) = flow("export-two-files.json") else { return };
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
    assert_eq!(files.len(), 2);
    assert_eq!(text(&files, "gigya.ok"), "");
    let records: Vec<Json> = serde_json::from_str(&text(&files, "gigya-20260502120000.json")).unwrap();
    // The flow replaces (\|)|(\n)|(||) by a space. Its last group matches the empty text, so that Java's
    // String.replaceAll puts a space before every character and at the end, and one after a pipe besides the one in its
    // place; "*" means every text, the UID too. `"Café | Nord".replaceAll(..)` of OpenJDK 17 gives what stands here; the
    // second rule then takes out what is not ASCII. Numbers stay, and names with dots are names.
    let ada = json!({
        "UID": " u 1 ", "profile.gender": " f ", "profile.birthYear": 1815,
        "data.user.location": " C a f       N o r d ", "data.user.masterID": 7,
    });
    assert_eq!(records.len(), 2);
    assert!(records.contains(&ada) && records.contains(&json!({"UID": " u 2 "})), "{records:?}");
}

#[tokio::test]
async fn a_split_flow_runs_at_the_local_site() {
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
    assert_eq!((&outcome.status, outcome.unrouted), (&Status::Succeeded, 0), "{:?}", bench.lines());
    // Grace has no first name, and the site has no challenges.
    assert_eq!((count(&outcome, "gm"), count(&outcome, "dsvGM").0), ((1, 1, 0), 0));
    let accounts: Vec<Json> =
        serde_json::from_str(&text(&files(out.path()), "test_Accounts_2026.json")).unwrap();
    assert_eq!(accounts.len(), 1);
    assert_eq!(accounts[0]["profile"]["firstName"], "Ada");
}

#[tokio::test]
async fn a_branch_that_fails_leaves_the_other_alone() {
    let Some(flow) = flow("split-and-lookup.json") else { return };
    let site = Part::play(|asked| match (asked.method.as_str(), asked.param("UID")) {
        ("accounts.search", _) => json!({"results": [{"UID": "u1"}, {"UID": "u2"}]}),
        (_, "u1") => json!({"achievements": [{"challengeID": "x", "pointsTotal": 5}, {"challengeID": "y"}]}),
        _ => json!({"errorCode": 403005, "errorMessage": "Unauthorized user"}),
    })
    .await;
    let out = tempfile::tempdir().unwrap();
    let bench = Bench::of(vec![]);
    let outcome = document(&flow, &[], &bench, |context| {
        site.join(context);
        context.stores.insert("sftp".into(), out.path().into());
    })
    .await;
    // The flow has no error step for it.
    assert_eq!((&outcome.status, outcome.unrouted), (&Status::Succeeded, 1), "{:?}", bench.lines());
    assert_eq!(count(&outcome, "gm"), (2, 1, 1));
    let files = files(out.path());
    assert_eq!(files.len(), 2);
    let accounts: Vec<Json> = serde_json::from_str(&text(&files, "test_Accounts_2026.json")).unwrap();
    assert_eq!(accounts.len(), 2);
    let csv = files.keys().find(|name| name.starts_with("test_GM_")).unwrap();
    let achieved = rows(&text(&files, csv));
    let of: Vec<_> = achieved.iter().map(|row| (row["UID"].as_str(), row["challengeID"].as_str())).collect();
    assert_eq!(of, [("u1", "x"), ("u1", "y")]);
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

/// New accounts, with all that the flow's scripts take apart; one UID that nobody has, and one address that is Grace's.
const NEW: &str = "\
uid,loginIds.username,loginIds.emails,loginIds.unverifiedEmails,profile.email,profile.firstName,profile.birthYear,\
profile.education.0.degree,profile.education.1.degree,data.score,isActive,isVerified,subscriptions.news.weekly.isSubscribed,\
preferences.terms.isConsentGranted,context.source,addresses.billing.city,internal.rank,customIdentifiers.erp
,edith,\"edith@example.test, edith@example.org\",later@example.test,edith@example.test,Édith,1921,BA,MA,12,TRUE,TRUE,TRUE,true,shop,Paris,gold,E-1
 ,,joan@example.test,,joan@example.test,\"Joan \"\"J.\"\"\",,,,,FALSE,FALSE,FALSE,false,,,,
nobody,,lost@example.test,,lost@example.test,Lost,,,,,,,,,,,,
,,GRACE@example.test,,double@example.test,Double,,,,,,,,,,,,
";

/// An account that is there: its file has the columns that change. An empty cell would be a value too: the scripts make an
/// empty list of login addresses of one.
const CHANGED: &str = "\
uid,profile.firstName,data.user.masterID,subscriptions.news.weekly.isSubscribed,addresses.billing.city
u1,Augusta,8,FALSE,London
";

#[tokio::test]
async fn files_of_accounts_are_imported_by_scripts_of_sap() {
    let Some(flow) = flow("azure-import-full-account.json") else { return };
    let site = Local::with(&ada_and_grace()).await;
    let (source, out) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::write(source.path().join("new.csv"), NEW).unwrap();
    fs::write(source.path().join("changed.csv"), CHANGED).unwrap();
    fs::write(source.path().join("notes.txt"), "uid\nu9\n").unwrap();
    let bench = Bench::of(vec![]);
    // A slot takes its value as it is. Only in JSON a backslash is doubled.
    let slots = [
        ("accountName", "n"),
        ("accountKey", "a2V5"),
        ("container", "c"),
        ("readFileNameRegex", r".*\.csv"),
        ("blobPrefix", ""),
    ];
    let outcome = document(&flow, &slots, &bench, |context| {
        site.join(context);
        context.stores.insert("01. azure.blob".into(), source.path().into());
        context.stores.insert("17. Write to Azure Blobs".into(), out.path().into());
    })
    .await;
    assert_eq!(
        (&outcome.status, outcome.records, outcome.unrouted),
        (&Status::Succeeded, 5, 0),
        "{:?}",
        bench.lines()
    );
    assert_eq!(outcome.steps.len(), 22);
    assert_eq!(count(&outcome, "06.2 Account lookup using UID"), (2, 1, 1));
    assert_eq!(count(&outcome, "10. gigya.importaccount"), (4, 3, 1));
    assert_eq!(count(&outcome, "13. setAccountInfo"), (3, 3, 0));

    let files = files(out.path());
    assert_eq!(files.len(), 2, "{:?}", files.keys());
    let done = rows(&text(&files, "Success_importFullAccount_20260502120000.csv"));
    let failed = rows(&text(&files, "Error_importFullAccount_20260502120000.csv"));
    let names = |rows: &[BTreeMap<String, String>]| {
        let mut names: Vec<_> = rows.iter().map(|row| row["profile.firstName"].clone()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&done), ["Augusta", "Joan \"J.\"", "Édith"]);
    assert_eq!(names(&failed), ["Double", "Lost"]);
    let double = failed.iter().find(|row| row["profile.firstName"] == "Double").unwrap();
    assert_eq!(double["_response.errorCode"], "400003", "{double:?}");

    // The accounts are what the files say.
    let uid = |name: &str| done.iter().find(|row| row["profile.firstName"] == name).unwrap()["uid"].clone();
    let edith = site.account(&uid("Édith")).await;
    assert_eq!(
        edith["loginIDs"],
        json!({
            "username": "edith", "emails": ["edith@example.test", "edith@example.org"],
            "unverifiedEmails": ["later@example.test"],
        })
    );
    assert_eq!(
        edith["profile"],
        json!({
            "email": "edith@example.test", "firstName": "Édith", "birthYear": 1921,
            "education": [{"degree": "BA"}, {"degree": "MA"}],
        })
    );
    assert_eq!(edith["data"], json!({"score": "12"}));
    assert_eq!((&edith["isActive"], &edith["isVerified"]), (&json!(true), &json!(true)));
    assert_eq!(edith["subscriptions"]["news"]["weekly"]["email"]["isSubscribed"], true);
    assert_eq!(edith["preferences"]["terms"]["isConsentGranted"], true);
    assert_eq!(edith["addresses"], json!({"billing": {"city": "Paris"}}));
    assert_eq!(edith["internal"], json!({"rank": "gold"}));
    assert_eq!(edith["customIdentifiers"], json!({"erp": "E-1"}));

    let joan = site.account(&uid("Joan \"J.\"")).await;
    assert_eq!(joan["loginIDs"]["emails"], json!(["joan@example.test"]));
    assert_eq!(joan["profile"]["firstName"], "Joan \"J.\"");
    assert_eq!((&joan["isActive"], &joan["isVerified"]), (&json!(false), &json!(false)));
    assert_eq!(joan["subscriptions"]["news"]["weekly"]["email"]["isSubscribed"], false);

    let ada = site.account("u1").await;
    assert_eq!(ada["loginIDs"]["emails"], json!(["ada@example.test"]), "what no column names stays");
    assert_eq!(
        (&ada["profile"]["firstName"], &ada["profile"]["birthYear"], &ada["profile"]["email"]),
        (&json!("Augusta"), &json!(1815), &json!("ada@example.test"))
    );
    assert_eq!(ada["data"]["user"], json!({"location": "Café | Nord", "masterID": "8"}));
    assert_eq!(ada["subscriptions"]["news"]["weekly"]["email"]["isSubscribed"], false);
    assert_eq!(ada["addresses"], json!({"billing": {"city": "London"}}));
    assert_eq!(site.search("SELECT UID FROM accounts").await.len(), 4);
    site.stop().await;
}

//! Stores with a folder in their place.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::flow::{Bench, fails, succeeds};

const READERS: [&str; 6] = ["sftp", "ftp", "amazon.s3", "azure.blob", "azure.sas", "googlecloudstorage"];

fn params(kind: &str) -> serde_json::Value {
    match kind {
        "sftp" | "ftp" => json!({"host": "h", "username": "u", "password": "p", "remotePath": "/in"}),
        "amazon.s3" => json!({"bucketName": "b", "accessKey": "a", "secretKey": "s"}),
        "azure.blob" => json!({"accountName": "n", "accountKey": "k", "container": "c"}),
        "azure.sas" => json!({"blobUri": "https://n.blob.core.windows.net/c?sig=s"}),
        _ => json!({"bucketName": "b", "credentials": "{}"}),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn files_go_from_any_store_to_any_other() {
    for from in READERS {
        let (source, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(source.path().join("a.csv"), b"\x00\xffbytes").unwrap();
        fs::write(source.path().join("b.csv"), vec![b'x'; 3 << 20]).unwrap();
        for to in READERS {
            let steps = json!([
                {"id": "from", "type": format!("datasource.read.{from}"), "params": params(from), "next": ["to"]},
                {"id": "to", "type": format!("datasource.write.{to}"), "params": params(to)},
            ]);
            let folder = target.path().join(to);
            let outcome = succeeds(steps, &Bench::of(vec![]), |context| {
                context.stores.insert("from".into(), source.path().into());
                context.stores.insert("to".into(), folder.clone());
            })
            .await;
            assert_eq!(outcome.steps[1].received, 2);
            assert_eq!(names(&folder), ["a.csv", "b.csv"], "{from} to {to}");
            assert_eq!(fs::read(folder.join("a.csv")).unwrap(), b"\x00\xffbytes");
            assert_eq!(fs::metadata(folder.join("b.csv")).unwrap().len(), 3 << 20);
        }
    }
}

#[tokio::test]
async fn names_are_chosen_by_a_regular_expression() {
    let (source, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for name in ["users_1.csv", "users_2.csv.gz", "other.csv"] {
        fs::write(source.path().join(name), name).unwrap();
    }
    let mut from = params("azure.blob");
    from["fileNameRegex"] = json!(r"users_\d+\.csv(\.gz)?");
    let steps = json!([
        {"id": "from", "type": "datasource.read.azure.blob", "params": from, "next": ["to"]},
        {"id": "to", "type": "datasource.write.sftp", "params": params("sftp")},
    ]);
    succeeds(steps, &Bench::of(vec![]), |context| {
        context.stores.insert("from".into(), source.path().into());
        context.stores.insert("to".into(), target.path().into());
    })
    .await;
    assert_eq!(names(target.path()), ["users_1.csv", "users_2.csv.gz"]);
}

#[tokio::test]
async fn a_folder_that_is_not_there_fails_the_job() {
    let steps = json!([
        {"id": "from", "type": "datasource.read.sftp", "params": params("sftp"), "next": ["to"]},
        {"id": "to", "type": "datasource.write.ftp", "params": params("ftp")},
    ]);
    let why = fails(steps, &Bench::of(vec![]), |context| {
        context.stores.insert("from".into(), "/nowhere/in".into());
        context.stores.insert("to".into(), "/nowhere/out".into());
    })
    .await;
    assert!(why.starts_with("step `from`: /nowhere/in: "), "{why}");
}

#[cfg(not(feature = "stores"))]
#[tokio::test]
async fn a_store_that_was_not_built_says_what_to_do() {
    use dataflow::stores::{NotBuilt, Store as _};
    let fault = NotBuilt::new("in from S3", "Amazon S3").list().await.unwrap_err();
    assert_eq!(
        fault.to_string(),
        "this program was built without Amazon S3; build it with `--features stores`, or put a folder in the place of the store: --store \"in from S3\"=DIR"
    );
}

#[tokio::test]
async fn files_of_one_name_do_not_take_each_others_place() {
    let (source, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut zip = zip::ZipWriter::new(fs::File::create(source.path().join("a.zip")).unwrap());
    for name in ["d/b.json", "x/b.json", "b_2.json"] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, name.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    // What was there before gives way.
    fs::write(target.path().join("b.json"), "before").unwrap();
    let steps = json!([
        {"id": "from", "type": "datasource.read.sftp", "params": params("sftp"), "next": ["zip"]},
        {"id": "zip", "type": "file.uncompress.zip", "next": ["to", "also"]},
        {"id": "to", "type": "datasource.write.sftp", "params": params("sftp")},
        {"id": "also", "type": "datasource.write.ftp", "params": params("ftp")},
    ]);
    let both = tempfile::tempdir().unwrap();
    for (also, count) in [(both.path(), 3), (target.path(), 6)] {
        succeeds(steps.clone(), &Bench::of(vec![]), |context| {
            context.stores.insert("from".into(), source.path().into());
            context.stores.insert("to".into(), target.path().into());
            context.stores.insert("also".into(), also.into());
        })
        .await;
        let mut contents: Vec<_> = names(target.path())
            .into_iter()
            .map(|name| fs::read_to_string(target.path().join(name)).unwrap())
            .collect();
        contents.sort();
        assert_eq!(contents.len(), count, "{contents:?}");
        contents.dedup();
        assert_eq!(contents, ["b_2.json", "d/b.json", "x/b.json"]);
    }
    assert_eq!(names(both.path()), ["b.json", "b_2.json", "b_2_2.json"]);
}

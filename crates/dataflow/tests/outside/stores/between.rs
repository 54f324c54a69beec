//! A flow from one store to another, with work in between.

use std::fs;

use dataflow::runner::Status;
use serde_json::json;

use super::{ftp, s3};
use crate::flow::{Bench, run};

/// Rows of a CSV file at an FTP server become gzipped JSON in a bucket, and come back from there.
#[tokio::test]
async fn rows_at_an_ftp_server_become_json_in_a_bucket() {
    let (root, back) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (Some((_ftp, ftp)), Some((_s3, s3))) = (ftp::server(root.path(), "new"), s3::server()) else {
        return;
    };
    fs::create_dir(root.path().join("in")).unwrap();
    fs::write(root.path().join("in/users.csv"), "UID,mail\n1,a@example.com\n2,b@example.com\n").unwrap();
    let steps = json!([
        {"id": "from", "type": "datasource.read.ftp", "params": ftp, "next": ["parse"]},
        {"id": "parse", "type": "file.parse.dsv", "params": {"columnSeparator": ","}, "next": ["rename"]},
        {"id": "rename", "type": "field.rename", "params": {"fields": [{"sourceField": "mail", "targetField": "profile.email"}]},
         "next": ["format"]},
        {"id": "format", "type": "file.format.json", "params": {"fileName": "users.json"}, "next": ["gzip"]},
        {"id": "gzip", "type": "file.compress.gzip", "next": ["to"]},
        {"id": "to", "type": "datasource.write.amazon.s3", "params": s3},
    ]);
    assert_eq!(run(steps, &Bench::of(vec![]), |_| {}).await.status, Status::Succeeded);

    let steps = json!([
        {"id": "from", "type": "datasource.read.amazon.s3", "params": s3, "next": ["gunzip"]},
        {"id": "gunzip", "type": "file.uncompress.gzip", "next": ["to"]},
        {"id": "to", "type": "datasource.write.sftp", "params": {"host": "h", "username": "u", "password": "p"}},
    ]);
    let outcome = run(steps, &Bench::of(vec![]), |context| {
        context.stores.insert("to".into(), back.path().into());
    })
    .await;
    assert_eq!(outcome.status, Status::Succeeded);
    let text = fs::read_to_string(back.path().join("users.json")).unwrap();
    let rows: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        rows,
        json!([
            {"UID": "1", "profile": {"email": "a@example.com"}},
            {"UID": "2", "profile": {"email": "b@example.com"}},
        ])
    );
}

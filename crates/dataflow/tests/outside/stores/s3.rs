//! Amazon S3 against moto, which checks signatures and rights as Amazon does.

use serde_json::{Value as Json, json};

use super::{Server, fetches, fill, is_whole, sends, why};

/// Makes a user with a key and a bucket in `eu-west-1` while it lets everybody do anything, which are its first four calls;
/// says its port, the key and its secret. Then it says the keys of the bucket for each line that it is given.
const SERVER: &str = r#"
import os, sys
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"
os.environ["MOTO_S3_CUSTOM_ENDPOINTS"] = ""
import boto3
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
port = server.get_host_and_port()[1]
how = dict(endpoint_url=f"http://127.0.0.1:{port}", aws_access_key_id="x", aws_secret_access_key="x", region_name="eu-west-1")
iam = boto3.client("iam", **how)
iam.create_user(UserName="team")
policy = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'
iam.put_user_policy(UserName="team", PolicyName="all", PolicyDocument=policy)
key = iam.create_access_key(UserName="team")["AccessKey"]
boto3.client("s3", **how).create_bucket(Bucket="bucket.of.ours", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
print(port)
print(key["AccessKeyId"])
print(key["SecretAccessKey"], flush=True)
sys.stdin.read()
"#;

pub(super) fn server() -> Option<(Server, Json)> {
    let mut server = Server::python("moto.server", SERVER, &[])?;
    let endpoint = format!("http://127.0.0.1:{}", server.line());
    let params = json!({
        "bucketName": "bucket.of.ours", "accessKey": server.line(), "secretKey": server.line(), "endpoint": endpoint,
    });
    Some((server, params))
}

#[tokio::test]
async fn files_are_sent_and_fetched() {
    let Some((_server, params)) = server() else { return };
    let local = tempfile::tempdir().unwrap();
    fill(local.path());
    let mut below = params.clone();
    below["objectKeyPrefix"] = json!("upload/full");
    // The region is asked for here, and given there.
    sends(local.path(), "amazon.s3", &below).await;
    below["region"] = json!("eu-west-1");
    // Moto takes a slash in the query as it came when it signs, where Amazon writes `%2F`; so none is asked for.
    below["objectKeyPrefix"] = json!("upload");
    fetches("amazon.s3", &below, &local.path().join("back")).await;
    is_whole(&local.path().join("back"));
    // Without a prefix all keys are read, wherever they are; a prefix of nothing has nothing.
    fetches("amazon.s3", &params, &local.path().join("all")).await;
    is_whole(&local.path().join("all"));
    below["objectKeyPrefix"] = json!("other");
    fetches("amazon.s3", &below, &local.path().join("none")).await;
    assert!(!local.path().join("none").exists());
}

#[tokio::test]
async fn what_the_service_refuses_is_told() {
    let Some((server, params)) = server() else { return };
    let place = format!("step `from`: bucket bucket.of.ours at {}", params["endpoint"].as_str().unwrap());

    let mut wrong = params.clone();
    wrong["secretKey"] = json!("wrong horse");
    let told = why("amazon.s3", &wrong).await;
    assert!(told.starts_with(&format!("{place}: list: ")), "{told}");
    assert!(
        told.contains("SignatureDoesNotMatch")
            && told.ends_with("; check the key of the step and what it may do"),
        "{told}"
    );
    assert!(!told.contains("wrong horse"), "{told}");

    let mut nowhere = params.clone();
    nowhere["bucketName"] = json!("no-such-bucket");
    let told = why("amazon.s3", &nowhere).await;
    assert!(told.contains("NoSuchBucket") && told.ends_with("; check the names in the step"), "{told}");

    drop(server);
    let told = why("amazon.s3", &params).await;
    assert!(told.starts_with(&place) && told.contains("refused"), "{told}");

    let mut open = params.clone();
    open["endpoint"] = json!("http://s3.example.com");
    let told = why("amazon.s3", &open).await;
    assert!(told.contains("plain http is allowed to this machine only"), "{told}");
}

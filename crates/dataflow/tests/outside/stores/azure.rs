//! Azure Blob Storage against Azurite, Microsoft's own emulator, which checks both ways to sign.

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value as Json, json};
use sha2::Sha256;

use super::{Server, fetches, fill, http, is_whole, left_out, sends, why};

/// The account that every Azurite has, and its key, which is no secret.
/// Source: Microsoft Learn, "Use the Azurite emulator".
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

struct Azurite {
    _server: Server,
    endpoint: String,
}

impl Azurite {
    async fn start() -> Option<Self> {
        if !Command::new("azurite-blob").arg("--version").output().is_ok_and(|told| told.status.success()) {
            left_out("azurite-blob is not on the PATH (`npm install azurite`)");
            return None;
        }
        let mut server = Server::start(Command::new("azurite-blob").args([
            "--blobPort",
            "0",
            "--inMemoryPersistence",
            "--skipApiVersionCheck",
            "--disableTelemetry",
        ]));
        let address = loop {
            let line = server.line();
            if let Some((_, address)) = line.split_once("successfully listens on ") {
                break address.to_owned();
            }
        };
        let azurite = Self { _server: server, endpoint: format!("{address}/{ACCOUNT}") };
        let made = http()
            .put(format!("{}/box?restype=container&{}", azurite.endpoint, signature("rwlc")))
            .header("content-length", 0)
            .send()
            .await
            .unwrap();
        assert_eq!(made.status(), 201);
        Some(azurite)
    }

    /// Parameters with the key of the account.
    fn by_key(&self) -> Json {
        json!({"accountName": ACCOUNT, "accountKey": KEY, "container": "box", "endpoint": self.endpoint})
    }

    /// Parameters with a signature that allows so much.
    fn by_signature(&self, folder: &str, allowed: &str) -> Json {
        json!({"blobUri": format!("{}/box{folder}?{}", self.endpoint, signature(allowed))})
    }
}

/// An account SAS. Source: Microsoft Learn, "Create an account SAS", version 2018-11-09.
fn signature(allowed: &str) -> String {
    let (version, expires) = ("2018-11-09", "2199-01-01T00:00:00Z");
    let text = format!("{ACCOUNT}\n{allowed}\nb\nsco\n\n{expires}\n\n\n{version}\n");
    let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(KEY).unwrap()).unwrap();
    mac.update(text.as_bytes());
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    let query =
        [("sv", version), ("ss", "b"), ("srt", "sco"), ("sp", allowed), ("se", expires), ("sig", &signature)];
    form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish()
}

#[tokio::test]
async fn files_are_sent_and_fetched_with_the_key_of_the_account() {
    let Some(azurite) = Azurite::start().await else { return };
    let local = tempfile::tempdir().unwrap();
    fill(local.path());
    let mut params = azurite.by_key();
    params["blobPrefix"] = json!("upload/full");
    sends(local.path(), "azure.blob", &params).await;
    params["fileNameRegex"] = json!(r"[^/]*\.csv");
    fetches("azure.blob", &params, &local.path().join("back")).await;
    is_whole(&local.path().join("back"));
}

#[tokio::test]
async fn files_are_sent_and_fetched_with_a_signature() {
    let Some(azurite) = Azurite::start().await else { return };
    let local = tempfile::tempdir().unwrap();
    fill(local.path());
    sends(local.path(), "azure.sas", &azurite.by_signature("/upload", "rwlc")).await;
    fetches("azure.sas", &azurite.by_signature("", "rl"), &local.path().join("back")).await;
    is_whole(&local.path().join("back"));
}

#[tokio::test]
async fn what_the_service_refuses_is_told() {
    let Some(azurite) = Azurite::start().await else { return };
    let place = format!("step `from`: container box at {}", azurite.endpoint);

    let mut wrong = azurite.by_key();
    wrong["accountKey"] = json!(STANDARD.encode("wrong horse"));
    let told = why("azure.blob", &wrong).await;
    assert!(told.starts_with(&format!("{place}: list: ")), "{told}");
    assert!(told.ends_with("; check the key of the step and what it may do"), "{told}");

    let mut nowhere = azurite.by_key();
    nowhere["container"] = json!("no-such-box");
    let told = why("azure.blob", &nowhere).await;
    assert!(told.contains("ContainerNotFound") && told.ends_with("; check the names in the step"), "{told}");

    let told = why("azure.sas", &azurite.by_signature("", "w")).await;
    assert!(told.starts_with(&place) && !told.contains("sig="), "{told}");

    let endpoint = azurite.endpoint.clone();
    let params = azurite.by_signature("", "rl");
    drop(azurite);
    let told = why("azure.sas", &params).await;
    assert!(told.starts_with(&format!("step `from`: container box at {endpoint}: list: ")), "{told}");
    assert!(told.contains("refused") && !told.contains("sig="), "{told}");
}

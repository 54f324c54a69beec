//! Google Cloud Storage.

use futures_util::future::BoxFuture;
use opendal::raw::{HttpBody, HttpFetch};
use opendal::services::Gcs;
use opendal::{Buffer, Operator};
use reqsign_google::{ServiceAccountTokenCredentialProvider, StaticCredentialProvider};
use reqwest::Url;
use serde::Deserialize;

use super::{Objects, Service, client, operator};
use crate::fault::Fault;
use crate::secret::Secret;
use crate::stores::SharedStore;

/// Google's own address of the service.
const ENDPOINT: &str = "https://storage.googleapis.com";
/// Where OpenDAL asks for tokens, whatever a key says.
const TOKENS: &str = "https://oauth2.googleapis.com/token";

/// What a token is for: to read and to write objects.
const SCOPE: &str = "https://www.googleapis.com/auth/devstorage.read_write";

/// A bucket of Google Cloud Storage.
#[derive(Clone, Debug)]
pub struct Google {
    /// The bucket.
    pub bucket: String,
    /// The JSON text of the key of a service account.
    pub credentials: Secret,
    /// The address of the service; Google's own when it is empty.
    pub endpoint: String,
}

/// What the key of a service account has to hold. Source: Google Cloud IAM, "Service account credentials".
#[derive(Deserialize)]
struct Key {
    #[serde(rename = "client_email")]
    _client_email: String,
    #[serde(rename = "private_key")]
    _private_key: String,
    token_uri: Option<String>,
}

impl Google {
    /// The objects whose names begin with `prefix`.
    #[must_use]
    pub fn with_prefix(self, prefix: &str) -> SharedStore {
        Objects::shared(self, prefix)
    }

    fn endpoint(&self) -> &str {
        if self.endpoint.is_empty() { ENDPOINT } else { &self.endpoint }
    }

    fn opened(&self) -> Result<Operator, Fault> {
        let bad = |why: &str| Fault::lasting(format!("credentials: {why}"));
        // What serde says may quote the key.
        let key: Key = serde_json::from_str(self.credentials.expose()).map_err(|_| {
            bad("expected the JSON text of the key of a service account, with client_email and private_key")
        })?;
        let tokens = key.token_uri.as_deref().unwrap_or(TOKENS);
        let tokens = Url::parse(tokens).map_err(|error| bad(&format!("token_uri: {error}")))?;
        outbound::check_url(&tokens).map_err(|error| bad(&format!("token_uri: {error}")))?;
        // One token for many requests; by itself OpenDAL asks for one before each.
        let token = ServiceAccountTokenCredentialProvider::from_provider(StaticCredentialProvider::new(
            self.credentials.expose(),
        ))
        .with_scope(SCOPE);
        let builder = Gcs::default()
            .bucket(&self.bucket)
            .endpoint(self.endpoint())
            .credential_provider(token)
            .disable_config_load()
            .disable_vm_metadata();
        operator(builder, TokensOfKey { http: client(self.endpoint())?, tokens })
    }
}

impl Service for Google {
    fn place(&self) -> String {
        format!("bucket {} at {}", self.bucket, self.endpoint())
    }

    fn open(&self) -> BoxFuture<'_, Result<Operator, Fault>> {
        Box::pin(async { self.opened() })
    }
}

/// Asks for tokens where the key says, and names objects as they are called.
struct TokensOfKey {
    http: reqwest::Client,
    tokens: Url,
}

impl HttpFetch for TokensOfKey {
    async fn fetch(&self, mut request: http::Request<Buffer>) -> opendal::Result<http::Response<HttpBody>> {
        if request.uri() == TOKENS
            && let Ok(tokens) = self.tokens.as_str().parse()
        {
            *request.uri_mut() = tokens;
        }
        if let Some(uri) = encoded_once(request.uri()) {
            *request.uri_mut() = uri;
        }
        self.http.fetch(request).await
    }
}

/// The address of an upload with the object's name encoded once. OpenDAL 0.57 encodes it twice, so that `a b` would be stored
/// as `a%20b` (apache/opendal issue 7926; mended in 0.59, which wants Rust 1.91).
fn encoded_once(uri: &http::Uri) -> Option<http::Uri> {
    if !uri.path().starts_with("/upload/") {
        return None;
    }
    let (before, name) = uri.query()?.split_once("&name=")?;
    let name = name.replace("%25", "%");
    let host = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
    format!("{host}{}?{before}&name={name}", uri.path()).parse().ok()
}

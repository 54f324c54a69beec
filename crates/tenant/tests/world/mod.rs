//! A tenant in this process, and plain HTTP to it.

use reqwest::{Client, Method};
use serde_json::{Value, json};
use tenant::{Options, ScriptOptions, Tenant};

pub(crate) struct World {
    pub(crate) tenant: Tenant,
    pub(crate) http: Client,
    pub(crate) token: String,
    _data: tempfile::TempDir,
}

/// An answer, its body as JSON where it is JSON, else as a text; null when there is none.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(ScriptOptions::default()).await
    }

    /// A tenant whose custom database scripts may use this.
    pub(crate) async fn with(scripts: ScriptOptions) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let data = tempfile::tempdir().unwrap();
        let tenant = tenant::start(Options { scripts, ..Options::new(data.path()) }).await.unwrap();
        let mut world = Self { tenant, http: Client::new(), token: String::new(), _data: data };
        let request = json!({
            "grant_type": "client_credentials",
            "client_id": world.tenant.client_id,
            "client_secret": world.tenant.client_secret,
            "audience": format!("{}/api/v2/", world.tenant.url),
        });
        let request = world.http.post(format!("{}/oauth/token", world.tenant.url)).json(&request);
        let answer = send(request).await;
        world.token = answer.body["access_token"].as_str().expect("a token").to_owned();
        world
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.http.request(method, format!("{}{path}", self.tenant.url))
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let text = response.text().await.unwrap();
    let body = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    };
    Answer { status, headers, body }
}

//! A site in this process, and calls to it as clients sign them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jsonwebtoken::{Algorithm, Header};
use loopback::{Clock as _, ManualClock};
use reqwest::Client;
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use serde_json::{Map, Value, json};
use site::{Options, Site};

/// When the worlds of tests begin.
pub(crate) const START_MS: i64 = 1_700_000_000_000;

pub(crate) struct World {
    pub(crate) site: Site,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) http: Client,
    nonce: AtomicU64,
}

/// How a call is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Signature,
    Secret,
    Bearer,
    Nothing,
}

impl World {
    pub(crate) async fn of(options: Options, clock: Arc<ManualClock>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let site = site::start(options).await.unwrap();
        let mut http = Client::builder();
        if let Some(ca) = &site.ca {
            let pem = std::fs::read(ca).unwrap();
            http = http.add_root_certificate(reqwest::Certificate::from_pem(&pem).unwrap());
        }
        Self { site, clock, http: http.build().unwrap(), nonce: AtomicU64::new(1) }
    }

    /// The parameters of a call with what signs it, unless they bring that already; and its bearer token.
    pub(crate) fn sign(
        &self,
        url: &str,
        mut params: Map<String, Value>,
        way: Way,
    ) -> (Vec<(String, String)>, Option<String>) {
        let now = self.clock.now_ms() / 1000;
        let nonce = self.nonce.fetch_add(1, Ordering::SeqCst);
        let mut add = |name: &str, value: Value| {
            params.entry(name).or_insert(value);
        };
        add("apiKey", json!(self.site.api_key));
        match way {
            Way::Signature => {
                add("userKey", json!(self.site.user_key));
                add("timestamp", json!(now));
                add("nonce", json!(format!("nonce-{nonce}")));
            }
            Way::Secret => {
                add("userKey", json!(self.site.user_key));
                add("secret", json!(self.site.secret));
            }
            Way::Bearer | Way::Nothing => {}
        }
        let mut pairs: Vec<(String, String)> = params
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                value => (name, value.to_string()),
            })
            .collect();
        pairs.sort();
        if way == Way::Signature && !pairs.iter().any(|(name, _)| name == "sig") {
            let query: Vec<String> =
                pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
            let base = format!("POST&{}&{}", encode(url), encode(&query.join("&")));
            pairs.push(("sig".into(), site::sign(&self.site.secret, &base).unwrap()));
        }
        let token = (way == Way::Bearer).then(|| {
            let pem = std::fs::read_to_string(&self.site.private_key).unwrap();
            let key = rs256::encoding_key(&RsaPrivateKey::from_pkcs1_pem(&pem).unwrap()).unwrap();
            let mut header = Header::new(Algorithm::RS256);
            header.kid = Some(self.site.user_key.clone());
            let claims = json!({"iat": now, "jti": format!("jti-{nonce}")});
            jsonwebtoken::encode(&header, &claims, &key).unwrap()
        });
        (pairs, token)
    }

    /// Sends a call by POST; its HTTP status and answer.
    pub(crate) async fn call(
        &self,
        endpoint: &str,
        params: Map<String, Value>,
        way: Way,
        host: Option<&str>,
    ) -> (u16, Value) {
        let url = format!("{}/{endpoint}", self.site.url);
        let signed = match host {
            Some(host) => format!("http://{host}/{endpoint}"),
            None => url.clone(),
        };
        let (pairs, token) = self.sign(&signed, params, way);
        let mut request = self.http.post(&url).form(&pairs);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap())
    }
}

fn encode(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes()
        .map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

//! A site with accounts, and a client that signs its calls.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use loopback::ManualClock;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use site::store::load::load;
use site::store::{StoreError, accounts};
use site::{Options, Site};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The time at which every test begins.
pub(crate) const NOW_MS: i64 = 1_700_000_000_000;

pub(crate) struct World {
    pub(crate) site: Site,
    pub(crate) clock: Arc<ManualClock>,
    client: reqwest::Client,
    nonce: AtomicU64,
    _folder: tempfile::TempDir,
}

impl World {
    /// A site with these accounts.
    pub(crate) async fn with(accounts: &[Value]) -> Self {
        Self::start(accounts, |_| ()).await
    }

    /// A site with options of its own.
    pub(crate) async fn start(accounts: &[Value], change: impl FnOnce(&mut Options)) -> Self {
        // Fails when another test of the process has done it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(NOW_MS));
        let mut options = Options::new(folder.path());
        options.clock = clock.clone();
        change(&mut options);
        let site = site::start(options).await.unwrap();
        let world =
            Self { site, clock, client: reqwest::Client::new(), nonce: AtomicU64::new(0), _folder: folder };
        world.load(accounts);
        world
    }

    /// Puts accounts in, or over those with the same UID.
    pub(crate) fn load(&self, accounts: &[Value]) {
        let texts: Vec<String> = accounts.iter().map(Value::to_string).collect();
        let loaded = self
            .site
            .state()
            .store()
            .write_blocking(|tx| load(tx, texts.iter().map(String::as_str), NOW_MS))
            .unwrap();
        assert_eq!(loaded.refused, 0);
    }

    /// Deletes an account.
    pub(crate) fn delete(&self, uid: &str) {
        self.site
            .state()
            .store()
            .write_blocking(|tx| -> Result<(), StoreError> {
                accounts::delete(tx, accounts::by_uid(tx, uid)?.unwrap().pk)
            })
            .unwrap();
    }

    /// A signed call.
    pub(crate) async fn call(&self, method: &str, params: &[(&str, &str)]) -> Value {
        let nonce = self.nonce.fetch_add(1, Ordering::Relaxed).to_string();
        let timestamp = (self.site.state().now_ms() / 1000).to_string();
        let mut params = params.to_vec();
        params.extend([
            ("userKey", self.site.user_key.as_str()),
            ("nonce", &nonce),
            ("timestamp", &timestamp),
            ("apiKey", &self.site.api_key),
        ]);
        params.sort_unstable();
        let query: Vec<String> =
            params.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let url = format!("{}/{method}", self.site.url);
        let base = format!("POST&{}&{}", encode(&url), encode(&query.join("&")));
        let signature = site::sign(&self.site.secret, &base).unwrap();
        params.push(("sig", &signature));
        self.post(method, &params).await
    }

    /// A call as it is.
    pub(crate) async fn post(&self, method: &str, params: &[(&str, &str)]) -> Value {
        let body: Vec<String> =
            params.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let answer = self
            .client
            .post(format!("{}/{method}", self.site.url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.join("&"))
            .send()
            .await
            .unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// The answer to a query.
    pub(crate) async fn search(&self, query: &str) -> Value {
        self.call("accounts.search", &[("query", query)]).await
    }

    /// The UIDs that a query finds.
    pub(crate) async fn uids(&self, query: &str) -> Vec<String> {
        uids(&self.search(query).await)
    }

    /// Signs a query for a caller without credentials.
    pub(crate) fn query_signature(&self, query: &str, until: &str) -> String {
        let signature = site::sign(&self.site.secret, &format!("{query}_{until}")).unwrap();
        assert!(STANDARD.decode(&signature).is_ok());
        signature
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The UIDs of an answer.
pub(crate) fn uids(answer: &Value) -> Vec<String> {
    assert_eq!(answer["errorCode"], 0, "{answer}");
    let rows = answer["results"].as_array().unwrap();
    assert_eq!(answer["objectsCount"], rows.len());
    rows.iter().map(|row| row["UID"].as_str().unwrap().to_owned()).collect()
}

/// `count` accounts, `u00` the first; each was updated a second after the one before, every fifth at the same time as it.
pub(crate) fn people(count: i64) -> Vec<Value> {
    let person = |n: i64| {
        json!({
            "UID": format!("u{n:02}"),
            "isActive": n % 2 == 0,
            "lastUpdatedTimestamp": NOW_MS + 1000 * (n - i64::from(n % 5 == 4)),
            "createdTimestamp": NOW_MS - 1000 * n,
            "profile": {"email": format!("p{n}@x.example"), "age": n % 10, "firstName": format!("P{n}"), "zip": ""},
            "data": {},
            "subscriptions": {"news": {"email": {"isSubscribed": n % 3 == 0}}},
            "password": {"hash": "AAAA", "hashSettings": {"algorithm": "md5"}},
        })
    };
    (0..count).map(person).collect()
}

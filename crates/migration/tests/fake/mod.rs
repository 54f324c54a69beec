//! A tenant in memory with the few endpoints that an import touches, whose answers can be lost and which can have the
//! importer killed at any request. For faults only: what a tenant says is judged against the local tenant.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use auth0::{Client, Config, Credentials, tenant_url};
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use migration::run::{Manifest, Part, Policies, RunFolder};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// What befalls one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The importer dies before the tenant sees the request.
    KillBefore,
    /// The importer dies after the tenant did its work, before it hears of it.
    KillAfter,
    /// The tenant did its work, a gateway says 504.
    Lost,
    /// The tenant did nothing and says 503.
    Down,
    /// A job stops after its first user and fails.
    Broken,
}

#[derive(Default)]
pub(crate) struct World {
    pub users: BTreeMap<String, Value>,
    jobs: BTreeMap<String, (Value, Vec<Value>)>,
    enabled: Vec<String>,
    connection: bool,
    /// Every request, as `METHOD path`.
    pub requests: Vec<String>,
    /// Fault at a request, counted from 0.
    pub faults: BTreeMap<usize, Fault>,
    /// How often each user was created.
    pub created: BTreeMap<String, u32>,
    millis: i64,
}

#[derive(Clone, Default)]
pub(crate) struct Fake {
    pub world: Arc<Mutex<World>>,
    pub kill: Arc<Notify>,
    url: String,
}

const SCOPES: &str = "create:users read:users read:connections create:connections update:connections";

impl Fake {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let fake = Self { url: format!("http://{}", listener.local_addr().unwrap()), ..Self::default() };
        fake.world.lock().unwrap().millis = jiff::Timestamp::now().as_millisecond();
        let app = axum::Router::new().fallback(handle).with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        fake
    }

    pub(crate) fn client(&self) -> Client {
        let credentials = Credentials::ClientSecret { id: "me".to_owned(), secret: "hush".to_owned().into() };
        Client::new(Config { url: tenant_url(&self.url).unwrap(), ca: None, credentials }).unwrap()
    }

    /// Puts a user there who is an hour old.
    pub(crate) fn put(&self, user: &Value) {
        let mut world = self.world.lock().unwrap();
        let created = world.millis - 3_600_000;
        world.insert(user, created);
    }
}

impl World {
    fn insert(&mut self, user: &Value, created: i64) {
        let mut stored = user.clone();
        let id = format!("auth0|{}", user["user_id"].as_str().unwrap());
        stored["user_id"] = json!(id);
        stored["created_at"] = json!(jiff::Timestamp::from_millisecond(created).unwrap().to_string());
        stored["identities"] = json!([{"connection": "gigya"}]);
        self.users.insert(id, stored);
    }

    fn import(&mut self, users: &[Value], upsert: bool, broken: bool) -> Value {
        let id = format!("job_{}", self.jobs.len());
        let (mut inserted, mut updated, mut errors) = (0, 0, Vec::new());
        for (index, user) in users.iter().enumerate() {
            if broken && index == 1 {
                break;
            }
            let holder = self
                .users
                .values()
                .find(|stored| stored["email"] == user["email"])
                .map(|stored| stored["user_id"].clone());
            let full = format!("auth0|{}", user["user_id"].as_str().unwrap());
            let mut refuse = |code: &str, message: &str| {
                errors.push(json!({"user": user, "errors": [{"code": code, "message": message}]}));
            };
            if user["email"] == "bad" {
                refuse("INVALID_FORMAT", "Object didn't pass validation for format email: bad");
            } else if let (Some(holder), true) = (&holder, upsert) {
                self.users.get_mut(holder.as_str().unwrap()).unwrap()["name"] = user["name"].clone();
                updated += 1;
            } else if holder.is_some() || self.users.contains_key(&full) {
                refuse("DUPLICATED_USER", "The user already exist and upsert parameter is false");
            } else {
                let now = jiff::Timestamp::now().as_millisecond();
                self.insert(user, now);
                *self.created.entry(full).or_default() += 1;
                inserted += 1;
            }
        }
        let mut job = json!({"id": id, "type": "users_import", "status": "completed", "connection_id": CONNECTION,
            "summary": {"inserted": inserted, "updated": updated, "failed": errors.len(), "total": users.len()}});
        if broken {
            job["status"] = json!("failed");
            job.as_object_mut().unwrap().remove("summary");
            errors.clear();
        }
        let pending = json!({"id": id, "type": "users_import", "status": "pending"});
        self.jobs.insert(id, (job, errors));
        pending
    }
}

const CONNECTION: &str = "con_0123456789abcdef";

async fn handle(State(fake): State<Fake>, request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    let path = parts.uri.path().to_owned();
    let fault = {
        let mut world = fake.world.lock().unwrap();
        let number = world.requests.len();
        world.requests.push(format!("{} {path}", parts.method));
        world.faults.get(&number).copied()
    };
    if fault == Some(Fault::KillBefore) {
        fake.kill.notify_one();
        return std::future::pending().await;
    }
    if fault == Some(Fault::Down) {
        return answer(503, &Value::Null);
    }
    let query = parts.uri.query().unwrap_or_default().to_owned();
    let (status, value) = route(
        &mut fake.world.lock().unwrap(),
        &parts.method,
        &path,
        &query,
        &body,
        fault == Some(Fault::Broken),
    );
    match fault {
        Some(Fault::KillAfter) => {
            fake.kill.notify_one();
            std::future::pending().await
        }
        Some(Fault::Lost) => answer(504, &Value::Null),
        _ => answer(status, &value),
    }
}

fn answer(status: u16, value: &Value) -> Response<Body> {
    let body = if value.is_null() { Body::empty() } else { Body::from(value.to_string()) };
    let date = httpdate::fmt_http_date(std::time::SystemTime::now());
    Response::builder().status(status).header("date", date).body(body).unwrap()
}

fn route(
    world: &mut World,
    method: &Method,
    path: &str,
    query: &str,
    body: &[u8],
    broken: bool,
) -> (u16, Value) {
    let connection = json!({"id": CONNECTION, "name": "gigya", "strategy": "auth0", "options": {"x": 1}});
    let segments: Vec<&str> = path.trim_start_matches("/api/v2/").split('/').collect();
    match (method.as_str(), segments.as_slice()) {
        ("POST", [_, "oauth", "token"]) => {
            let claims = URL_SAFE_NO_PAD.encode(json!({"scope": SCOPES}).to_string());
            (200, json!({"access_token": format!("h.{claims}.s"), "expires_in": 86_400}))
        }
        ("GET", ["connections"]) => (200, if world.connection { json!([connection]) } else { json!([]) }),
        ("POST", ["connections"]) => {
            world.connection = true;
            (201, connection)
        }
        ("GET", ["connections", _, "clients"]) => {
            let clients: Vec<Value> = world.enabled.iter().map(|id| json!({"client_id": id})).collect();
            (200, json!({"clients": clients}))
        }
        ("PATCH", ["connections", _, "clients"]) => {
            world.enabled.push("me".to_owned());
            (204, Value::Null)
        }
        ("POST", ["jobs", "users-imports"]) => {
            let text = std::str::from_utf8(body).unwrap();
            let users =
                text.split("application/json\r\n\r\n").nth(1).unwrap().rsplit_once("\r\n--").unwrap().0;
            let users: Vec<Value> = serde_json::from_str(users).unwrap();
            (202, world.import(&users, text.contains("name=\"upsert\"\r\n\r\ntrue"), broken))
        }
        ("GET", ["jobs", id]) => (200, world.jobs[*id].0.clone()),
        ("GET", ["jobs", id, "errors"]) => match &world.jobs[*id].1 {
            errors if errors.is_empty() => (204, Value::Null),
            errors => (200, json!(errors)),
        },
        // The search finds nobody: Auth0's is behind what was just written, so the importer must not trust it.
        ("GET", ["users"]) => (200, json!([])),
        ("GET", ["users", id]) => match world.users.get(&id.replace("%7C", "|")) {
            Some(user) => (200, user.clone()),
            None => (
                404,
                json!({"statusCode": 404, "message": "The user does not exist.", "errorCode": "inexistent_user"}),
            ),
        },
        ("GET", ["users-by-email"]) => {
            let email = query.trim_start_matches("email=").replace("%40", "@");
            (200, world.users.values().filter(|user| user["email"] == email).cloned().collect())
        }
        _ => panic!("{method} {path} is not known here"),
    }
}

/// A prepared run of such users, `per_part` in each part.
pub(crate) fn prepare(path: &std::path::Path, users: &[Value], per_part: usize) -> RunFolder {
    let folder = RunFolder::create(path).unwrap();
    let mut parts = Vec::new();
    for (number, users) in (1..).zip(users.chunks(per_part)) {
        let bytes = serde_json::to_vec(users).unwrap();
        std::fs::write(folder.part(number), &bytes).unwrap();
        parts.push(Part {
            number,
            users: users.len().try_into().unwrap(),
            bytes: bytes.len().try_into().unwrap(),
            blake3: blake3::hash(&bytes).to_hex().to_string(),
        });
    }
    let policies = Policies {
        codes: BTreeMap::new(),
        duplicates: "keep-latest".to_owned(),
        lazy: "reset".to_owned(),
        identifiers: vec!["email".to_owned()],
        include: Vec::new(),
        required: Vec::new(),
        username_length: None,
        spill: Vec::new(),
    };
    let manifest = json!({
        "version": "0", "prepared": "2026-01-01T00:00:00Z", "inputs": [], "mapping": blake3::hash(b"").to_hex().as_str(),
        "policies": policies, "parts": parts,
    });
    let manifest: Manifest =
        serde_json::from_value(manifest).expect("the manifest has members that this test lacks");
    folder.write_whole("manifest.json", &serde_json::to_vec(&manifest).unwrap()).unwrap();
    folder
}

//! A database that only scripts know, and a connection that has them.

use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::world::{Answer, World, send};

/// A service on this machine that writes down what it is asked.
pub(crate) struct Legacy {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Legacy {
    /// Answers `/login` for the password `right`, `/user` for ann, `/down` with 503, `/away` with a redirect to
    /// elsewhere, `/never` not at all.
    pub(crate) async fn start() -> Self {
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(asked.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, asked }
    }

    /// What it was asked since the last time.
    pub(crate) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

async fn answer(State(asked): State<Arc<Mutex<Vec<String>>>>, request: Request) -> axum::response::Response {
    let path = request.uri().path().to_owned();
    let key = request.headers().get("x-key").is_some_and(|value| value == "the key");
    let body = axum::body::to_bytes(request.into_body(), 10_000).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    asked.lock().unwrap().push(format!("{path} {body}").trim().to_owned());
    let ann = json!({"id": "ann-1", "mail": "Ann@example.com", "given": "Ann"});
    match path.as_str() {
        "/login" if key && body == "who=ann%40example.com&password=right+1" => Json(ann).into_response(),
        "/login" => StatusCode::FORBIDDEN.into_response(),
        "/user" if body.contains("ann%40") => Json(ann).into_response(),
        "/user" => StatusCode::NOT_FOUND.into_response(),
        "/away" => (StatusCode::FOUND, [("location", "http://192.0.2.1/")]).into_response(),
        "/never" => std::future::pending().await,
        "/down" => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        _ => Json(json!(true)).into_response(),
    }
}

pub(crate) const LOGIN: &str = r"
function login(userNameOrEmail, password, callback) {
  console.log('asked', userNameOrEmail, 'with', configuration.KEY, password);
  fetch(configuration.URL + '/login', {
    method: 'POST', headers: { 'X-Key': configuration.KEY }, body: new URLSearchParams({ who: userNameOrEmail, password }),
  }).then((response) => {
    if (response.status === 403) return callback(new WrongUsernameOrPasswordError(userNameOrEmail));
    if (!response.ok) return callback(new Error('the legacy database answered ' + response.status));
    return response.json().then((user) => callback(null, {
      user_id: user.id, email: user.mail, email_verified: true, given_name: user.given, app_metadata: { legacy: 1 },
    }));
  }, (error) => callback(error));
}";

pub(crate) const GET_USER: &str = r"
async function getByEmail(email, callback) {
  const response = await fetch(configuration.URL + '/user', { method: 'POST', body: new URLSearchParams({ email }) });
  if (response.status === 404) return callback(null);
  const user = await response.json();
  return callback(null, { user_id: user.id, email: user.mail, email_verified: true, given_name: user.given });
}";

/// Makes a connection with scripts and gives its id.
pub(crate) async fn connection(world: &World, imports: bool, scripts: Value, configuration: Value) -> String {
    let body = json!({"name": "legacy", "strategy": "auth0", "enabled_clients": [world.tenant.client_id], "options": {
        "enabledDatabaseCustomization": true, "import_mode": imports, "customScripts": scripts,
        "configuration": configuration}});
    let answer =
        send(world.request("POST", "/api/v2/connections").bearer_auth(&world.token).json(&body)).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn login(world: &World, username: &str, password: &str) -> Answer {
    let body = json!({"grant_type": "http://auth0.com/oauth/grant-type/password-realm", "realm": "legacy",
        "client_id": world.tenant.client_id, "client_secret": world.tenant.client_secret,
        "username": username, "password": password});
    send(world.request("POST", "/oauth/token").json(&body)).await
}

pub(crate) async fn api(world: &World, method: &str, path: &str, body: Value) -> Answer {
    let mut request = world.request(method, path).bearer_auth(&world.token);
    if !body.is_null() {
        request = request.json(&body);
    }
    send(request).await
}

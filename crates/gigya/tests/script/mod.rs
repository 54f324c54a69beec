//! A server that answers what it is told to, one answer after the other, and notes what it was asked.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(dead_code, reason = "each test program uses a part of it")]

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Response;
use gigya::{Address, Client, Config, Credentials};
use tokio::sync::Notify;

/// The secret of the client, base64.
pub(crate) const SECRET: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) authorization: String,
    pub(crate) params: HashMap<String, String>,
    /// Head and body as text.
    pub(crate) text: String,
}

#[derive(Clone, Default)]
pub(crate) struct Script {
    answers: Arc<Mutex<VecDeque<Response<Body>>>>,
    seen: Arc<Mutex<Vec<Asked>>>,
    pub(crate) asked: Arc<Notify>,
}

impl Script {
    pub(crate) fn of(answers: Vec<Response<Body>>) -> Self {
        Self { answers: Arc::new(Mutex::new(answers.into())), ..Self::default() }
    }

    pub(crate) fn seen(&self) -> Vec<Asked> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) async fn serve(self, listener: tokio::net::TcpListener) {
        axum::serve(listener, axum::Router::new().fallback(play).with_state(self)).await.unwrap();
    }
}

async fn play(State(script): State<Script>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let url = format!("http://x/?{}", std::str::from_utf8(&body).unwrap());
    let url = reqwest::Url::parse(&url).unwrap();
    script.seen.lock().unwrap().push(Asked {
        path: head.uri.path().to_owned(),
        authorization: head
            .headers
            .get("authorization")
            .map_or("", |value| value.to_str().unwrap())
            .to_owned(),
        params: url.query_pairs().into_owned().collect(),
        text: format!("{head:?} {body:?}"),
    });
    script.asked.notify_one();
    let next = script.answers.lock().unwrap().pop_front();
    next.unwrap_or_else(|| answer(200, r#"{"errorCode":400001,"errorMessage":"the script has ended"}"#))
}

/// An answer with this body.
pub(crate) fn answer(status: u16, body: &str) -> Response<Body> {
    Response::builder().status(status).body(Body::from(body.to_owned())).unwrap()
}

/// A refusal in Gigya's envelope: HTTP status 200, and the code in the body.
pub(crate) fn refuse(code: i64, details: &str) -> Response<Body> {
    answer(
        200,
        &format!(r#"{{"callId":"c","errorCode":{code},"errorMessage":"no","errorDetails":"{details}"}}"#),
    )
}

/// A client's configuration for a server at `url`.
pub(crate) fn config(url: &str) -> Config {
    Config {
        address: Address::parse(url).unwrap(),
        api_key: "3_key".to_owned(),
        credentials: Credentials::Signature {
            user_key: "AAkey".to_owned(),
            secret: SECRET.to_owned().into(),
        },
        ca: None,
    }
}

/// Starts a server that answers these.
pub(crate) async fn start(answers: Vec<Response<Body>>) -> (String, Script) {
    let script = Script::of(answers);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(script.clone().serve(listener));
    (url, script)
}

/// A client of a server that answers these.
pub(crate) async fn client(answers: Vec<Response<Body>>) -> (Client, Script) {
    let (url, script) = start(answers).await;
    (Client::new(config(&url)).unwrap(), script)
}

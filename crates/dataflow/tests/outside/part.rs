//! A site that plays a part: it answers each method as the test says, and remembers what it was asked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::post;
use dataflow::Site;
use dataflow::context::Context;
use gigya::{Address, Config, Credentials};
use serde_json::{Value as Json, json};

/// One call, without what proves who sends it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) params: BTreeMap<String, String>,
}

impl Asked {
    pub(crate) fn param(&self, name: &str) -> &str {
        self.params.get(name).map_or("", String::as_str)
    }
}

type Answer = dyn Fn(&Asked) -> Json + Send + Sync;

#[derive(Clone)]
pub(crate) struct Part {
    answer: Arc<Answer>,
    asked: Arc<Mutex<Vec<Asked>>>,
    address: String,
}

impl Part {
    /// Starts the site. An answer that says no error code is a good one.
    pub(crate) async fn play(answer: impl Fn(&Asked) -> Json + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let part = Self { answer: Arc::new(answer), asked: Arc::default(), address };
        let app = Router::new().route("/{method}", post(Self::hear)).with_state(part.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        part
    }

    async fn hear(State(part): State<Self>, Path(method): Path<String>, body: String) -> impl IntoResponse {
        let own =
            ["apiKey", "userKey", "secret", "sig", "nonce", "timestamp", "format", "httpStatusCodes", "sdk"];
        let params = form_urlencoded::parse(body.as_bytes())
            .filter(|(name, _)| !own.contains(&&**name))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let asked = Asked { method, params };
        part.asked.lock().unwrap().push(asked.clone());
        let mut answer = json!({"callId": "c1", "errorCode": 0, "statusCode": 200});
        for (name, value) in (part.answer)(&asked).as_object().into_iter().flatten() {
            answer[name] = value.clone();
        }
        ([("content-type", "application/json")], answer.to_string())
    }

    /// What it was asked, in order.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// Makes it the site of a job.
    pub(crate) fn join(&self, context: &mut Context) {
        let site = Site::new(Config {
            address: Address::parse(&self.address).unwrap(),
            api_key: "3_key".to_owned(),
            credentials: Credentials::Signature {
                user_key: "user".to_owned(),
                secret: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".into(),
            },
            ca: None,
        });
        context.services.insert(Arc::new(site.unwrap()));
    }
}

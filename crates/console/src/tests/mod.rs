//! A page without a socket: requests go straight to the router.

mod assets;
mod connections;
mod dataflows;
mod errors;
mod export;
mod forms;
mod guard;
mod import;
mod keyring;
mod lanes;
mod mapping;
mod mend;
mod runs;
mod source;
mod uploads;
mod users;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use engine::Home;
use http_body_util::BodyExt as _;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::app::App;
use crate::keyring::KeyRing;
use crate::router::router;
use crate::session::{Address, Session};

/// The page's own address in tests.
pub(crate) const HOST: &str = "127.0.0.1:4400";

/// A page with a home of its own, and its session.
pub(crate) struct Page {
    pub(crate) app: App,
    router: Router,
    pub(crate) cookie: String,
    home: TempDir,
}

/// An answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Where a redirect leads.
    pub(crate) fn location(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    /// Insists on a page that shows `text`.
    #[track_caller]
    pub(crate) fn shows(&self, text: &str) {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        assert!(self.body.contains(text), "{text:?} is not in {}", self.body);
    }
}

impl Page {
    /// Opens a page; the browser has entered already.
    pub(crate) async fn open() -> Self {
        Self::with(KeyRing::tried(Arc::new(keyring::Shelf::default()))).await
    }

    /// Opens a page that has this key ring.
    pub(crate) async fn with(ring: KeyRing) -> Self {
        Self::at(tempfile::tempdir().unwrap(), ring).await
    }

    /// Stops the page and starts it again.
    pub(crate) async fn again(self) -> Self {
        let ring = self.app.setup().ring().clone();
        self.app.work().stop().await;
        self.app.close().await;
        Self::at(self.home, ring).await
    }

    async fn at(home: TempDir, ring: KeyRing) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let address: SocketAddr = HOST.parse().unwrap();
        let session = Session::open(&Home::new(home.path()), Address::of(address)).unwrap();
        let token = session.one_time_token().to_owned();
        let app = App::open(Home::new(home.path()), session, (None, None), ring).unwrap();
        app.work().begin(app.setup());
        let mut page = Self { router: router(app.clone()), app, cookie: String::new(), home };
        let entered = page.get(&format!("/enter?token={token}")).await;
        assert_eq!(entered.status, StatusCode::OK);
        let cookie = entered.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
        page.cookie = cookie.split(';').next().unwrap().to_owned();
        page
    }

    /// A request with the session.
    pub(crate) fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let request = Request::builder().method(method).uri(path).header(header::HOST, HOST);
        let request = request.header(header::ORIGIN, format!("http://{HOST}"));
        if self.cookie.is_empty() { request } else { request.header(header::COOKIE, &self.cookie) }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form as the page's own forms are sent.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", self.app.session().csrf()).extend_pairs(fields);
        let request = self.request("POST", path);
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(form.finish())).unwrap()).await
    }

    /// Waits until every run stands where `wanted` says.
    pub(crate) async fn all_until(&self, wanted: impl Fn(&crate::work::State) -> bool) {
        while !self.app.work().all().iter().all(|item| wanted(&item.state())) {
            let mut changes = self.app.work().changes();
            let patience = std::time::Duration::from_millis(20);
            let _ = tokio::time::timeout(patience, changes.changed()).await;
        }
    }

    /// Waits until the newest run stands where `wanted` says.
    pub(crate) async fn until(&self, wanted: impl Fn(&crate::work::State) -> bool) {
        let mut changes = self.app.work().changes();
        loop {
            let items = self.app.work().all();
            if items.last().is_some_and(|item| wanted(&item.state())) {
                return;
            }
            // Where a run stands may change without a word to the queue.
            let patience = std::time::Duration::from_millis(20);
            let _ = tokio::time::timeout(patience, changes.changed()).await;
        }
    }
}

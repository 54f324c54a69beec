//! A tenant and a client of it.

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tenant::{Options, Tenant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(crate) struct World {
    pub(crate) tenant: Option<Tenant>,
    pub(crate) api: Api,
    pub(crate) data: tempfile::TempDir,
}

/// The Management API of a tenant, in this process or another.
#[derive(Clone)]
pub(crate) struct Api {
    http: Client,
    url: String,
    token: String,
    client_id: String,
    client_secret: String,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Options)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut options = Options::new(data.path());
        change(&mut options);
        let tenant = tenant::start(options).await.unwrap();
        let api = Api::connect(&tenant.url, &tenant.client_id, &tenant.client_secret).await;
        Self { tenant: Some(tenant), api, data }
    }

    pub(crate) async fn stop(&mut self) {
        self.tenant.take().unwrap().stop().await;
    }
}

impl Api {
    pub(crate) async fn connect(url: &str, client_id: &str, client_secret: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut api = Self {
            http: Client::new(),
            url: url.to_owned(),
            token: String::new(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
        };
        api.renew().await;
        api
    }

    pub(crate) async fn renew(&mut self) {
        self.token = self.token_for(None).await;
    }

    /// A token with some scopes, or all.
    pub(crate) async fn token_for(&self, scope: Option<&str>) -> String {
        let mut body = json!({"grant_type": "client_credentials", "client_id": self.client_id,
            "client_secret": self.client_secret, "audience": format!("{}/api/v2/", self.url)});
        if let Some(scope) = scope {
            body["scope"] = scope.into();
        }
        let answer = self.http.post(format!("{}/oauth/token", self.url)).json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    pub(crate) fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}/api/v2{path}", self.url)).bearer_auth(&self.token)
    }

    /// A new database connection that the client may use; its id.
    pub(crate) async fn connection(&self, name: &str, options: Value) -> String {
        let body = json!({"name": name, "strategy": "auth0", "options": options, "enabled_clients": [self.client_id]});
        let answer = self.request(Method::POST, "/connections").json(&body).send().await.unwrap();
        let answer: Value = answer.json().await.unwrap();
        answer["id"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    }

    pub(crate) async fn post(&self, form: Form) -> Response {
        self.request(Method::POST, "/jobs/users-imports").multipart(form).send().await.unwrap()
    }

    /// Posts a multipart body with the boundary `x` in chunks, its length not announced; the whole answer.
    pub(crate) async fn post_chunked(&self, body: &str) -> String {
        let address = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /api/v2/jobs/users-imports HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\n\
             content-type: multipart/form-data; boundary=x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n",
            self.token
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        for piece in body.as_bytes().chunks(60_000) {
            stream.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await.unwrap();
            stream.write_all(piece).await.unwrap();
            stream.write_all(b"\r\n").await.unwrap();
        }
        stream.write_all(b"0\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// Posts a file; the id of the job.
    pub(crate) async fn submit(&self, connection: &str, upsert: bool, users: impl Into<String>) -> String {
        let answer = self.post(form(connection, users).text("upsert", upsert.to_string())).await;
        assert_eq!(answer.status(), 202);
        let job: Value = answer.json().await.unwrap();
        job["id"].as_str().unwrap().to_owned()
    }

    /// Asks until the job is done.
    pub(crate) async fn done(&self, job: &str) -> Value {
        loop {
            let answer = self.request(Method::GET, &format!("/jobs/{job}")).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            let answer: Value = answer.json().await.unwrap();
            if answer["status"] != "pending" {
                return answer;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Imports users and returns the summary and the error list (null for 204).
    pub(crate) async fn import(&self, connection: &str, upsert: bool, users: &Value) -> (Value, Value) {
        let job = self.submit(connection, upsert, users.to_string()).await;
        let done = self.done(&job).await;
        assert_eq!(done["status"], "completed");
        (done["summary"].clone(), self.errors(&job).await)
    }

    pub(crate) async fn errors(&self, job: &str) -> Value {
        let answer = self.request(Method::GET, &format!("/jobs/{job}/errors")).send().await.unwrap();
        match answer.status().as_u16() {
            204 => Value::Null,
            200 => answer.json().await.unwrap(),
            other => panic!("{other}"),
        }
    }

    pub(crate) async fn by_email(&self, email: &str) -> Value {
        let request = self.request(Method::GET, "/users-by-email").query(&[("email", email)]);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Status of a password login.
    pub(crate) async fn login(&self, connection: &str, user: &str, password: &str) -> u16 {
        let body = json!({"grant_type": "http://auth0.com/oauth/grant-type/password-realm", "realm": connection,
            "client_id": self.client_id, "client_secret": self.client_secret, "username": user, "password": password,
            "scope": "openid"});
        let answer = self.http.post(format!("{}/oauth/token", self.url)).json(&body).send().await.unwrap();
        answer.status().as_u16()
    }
}

pub(crate) fn form(connection: &str, users: impl Into<String>) -> Form {
    Form::new().text("connection_id", connection.to_owned()).part("users", file(users))
}

pub(crate) fn file(users: impl Into<String>) -> Part {
    Part::text(users.into()).file_name("users.json").mime_str("application/json").unwrap()
}

/// Status and body of an error.
pub(crate) async fn refusal(answer: Response) -> (u16, Value) {
    (answer.status().as_u16(), answer.json().await.unwrap())
}

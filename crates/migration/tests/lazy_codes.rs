//! What the scripts make of every answer of a site, and of accounts and mappings that are not everyday ones: a made-up
//! site answers, the tenant runs the scripts.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::{Form, Json, Router, routing::post};
use mapping::{DEFAULT, Identifier, Kernel, Mapping};
use migration::lazy::{self, SiteAccess};
use migration::screen::{Policies, screen};
use scan::PADDING;
use serde_json::{Value, json};
use tenant::Tenant;

type Answers = Arc<Mutex<HashMap<String, Value>>>;

/// A site that answers a method as it was told, whoever asks; a number is a status without a body that can be read.
async fn answer(
    State(answers): State<Answers>,
    Path(method): Path<String>,
    Form(form): Form<HashMap<String, String>>,
) -> axum::response::Response {
    assert!(form.contains_key("sig") && !form.contains_key("secret"), "calls are signed");
    match answers.lock().unwrap().get(&method) {
        Some(Value::Number(status)) => {
            let status = StatusCode::from_u16(status.as_u64().unwrap() as u16).unwrap();
            (status, "<html>no JSON</html>").into_response()
        }
        Some(answer) => Json(answer.clone()).into_response(),
        None => Json(json!({"errorCode": 404_000, "errorMessage": "Not Found"})).into_response(),
    }
}

struct World {
    answers: Answers,
    tenant: Tenant,
    http: reqwest::Client,
    _data: tempfile::TempDir,
}

impl World {
    async fn start(mapping: &str, policies: &Policies) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let answers = Answers::default();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let access = SiteAccess {
            url: format!("http://{}", listener.local_addr().unwrap()),
            api_key: "key".into(),
            user_key: "user".into(),
            secret: "c2VjcmV0".to_owned().into(),
        };
        let app = Router::new().route("/{method}", post(answer)).with_state(answers.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let data = tempfile::tempdir().unwrap();
        let tenant = tenant::start(tenant::Options::new(data.path())).await.unwrap();
        let world = Self { answers, tenant, http: reqwest::Client::new(), _data: data };
        let scripts = lazy::scripts(mapping, policies).unwrap();
        let options = lazy::connection_options(&scripts, Some(&access));
        let made = json!({"name": "gigya", "strategy": "auth0", "options": options, "enabled_clients": [world.tenant.client_id]});
        assert_eq!(world.ask("POST", "/api/v2/connections", made).await.0, 201);
        world
    }

    fn answers(&self, method: &str, answer: Value) {
        self.answers.lock().unwrap().insert(method.to_owned(), answer);
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let token = json!({"grant_type": "client_credentials", "client_id": self.tenant.client_id,
            "client_secret": self.tenant.client_secret, "audience": format!("{}/api/v2/", self.tenant.url)});
        let url = |path: &str| format!("{}{path}", self.tenant.url);
        let token: Value =
            self.http.post(url("/oauth/token")).json(&token).send().await.unwrap().json().await.unwrap();
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request =
            self.http.request(method, url(path)).bearer_auth(token["access_token"].as_str().unwrap());
        let answer = if body.is_null() { request } else { request.json(&body) }.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
    }

    /// `error` and `error_description` of a login, or nothing.
    async fn login(&self) -> (String, String) {
        let body = json!({"grant_type": "http://auth0.com/oauth/grant-type/password-realm", "realm": "gigya",
            "client_id": self.tenant.client_id, "client_secret": self.tenant.client_secret,
            "username": "ann@example.com", "password": "secret word"});
        let (_, answer) = self.ask("POST", "/oauth/token", body).await;
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        (text("error"), text("error_description"))
    }

    async fn users(&self) -> Vec<Value> {
        let (_, users) = self.ask("GET", "/api/v2/users?search_engine=v3", Value::Null).await;
        users.as_array().unwrap().clone()
    }

    /// Forgets everybody.
    async fn clear(&self) {
        for user in self.users().await {
            let id: String =
                user["user_id"].as_str().unwrap().bytes().map(|byte| format!("%{byte:02X}")).collect();
            assert_eq!(self.ask("DELETE", &format!("/api/v2/users/{id}"), Value::Null).await.0, 204);
        }
    }
}

fn policies() -> Policies {
    let mut policies = Policies::default();
    policies.identifiers = vec![Identifier::Email];
    policies
}

fn ok(mut account: Value) -> Value {
    account["errorCode"] = json!(0);
    account
}

fn ann() -> Value {
    json!({"UID": "ann", "isRegistered": true, "isActive": true, "loginIDs": {"emails": ["ann@example.com"]},
        "emails": {"verified": ["ann@example.com"]}})
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_wrong_password_is_a_wrong_password() {
    let world = World::start(DEFAULT, &policies()).await;
    for (answer, error, part) in [
        (json!({"errorCode": 403_042}), "invalid_grant", ""),
        (json!({"errorCode": 403_047}), "invalid_grant", ""),
        (json!({"errorCode": 206_001, "regToken": "t"}), "unauthorized", "never finished"),
        (json!({"errorCode": 401_020}), "unauthorized", "try again later"),
        (json!({"errorCode": 403_041}), "unauthorized", "disabled"),
        (json!({"errorCode": 403_100, "regToken": "t"}), "unauthorized", "has to be changed"),
        (json!({"errorCode": 403_101, "regToken": "t"}), "unauthorized", "second factor"),
        (json!({"errorCode": 403_102, "regToken": "t"}), "unauthorized", "second factor"),
        (json!({"errorCode": 403_120}), "unauthorized", "try again later"),
        (json!({"errorCode": 403_048, "errorMessage": "Api rate limit exceeded"}), "access_denied", "403048"),
        (json!({"errorCode": 500_001, "errorMessage": "General Server error"}), "access_denied", "500001"),
        (json!({"errorCode": 403_005, "errorMessage": "Unauthorized user"}), "access_denied", "403005"),
        (json!(503), "access_denied", ""),
        (json!("what?"), "access_denied", "cannot be read"),
        (json!({"no": "code"}), "access_denied", "cannot be read"),
        (ok(json!({"UID": "ann"})), "access_denied", "no address"),
    ] {
        world.answers("accounts.login", answer.clone());
        let (is, description) = world.login().await;
        assert_eq!(is, error, "{answer}: {description}");
        assert!(description.contains(part), "{answer}: {description}");
    }
    assert!(world.users().await.is_empty(), "nobody came");

    // An address that was never verified is none at Auth0 either.
    world.answers("accounts.login", json!({"errorCode": 206_002, "regToken": "t"}));
    assert_eq!(world.login().await.0, "access_denied", "the account could not be read");
    let mut unverified = ann();
    unverified["loginIDs"] = json!({"emails": [], "unverifiedEmails": ["ann@example.com"]});
    unverified["emails"] = json!({"verified": [], "unverified": ["ann@example.com"]});
    world.answers("accounts.getAccountInfo", ok(unverified));
    assert_eq!(world.login().await, (String::new(), String::new()));
    assert_eq!(world.users().await[0]["email_verified"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_sites_own_word_is_no_such_user() {
    let world = World::start(DEFAULT, &policies()).await;
    let signup = json!({"client_id": world.tenant.client_id, "connection": "gigya", "email": "ann@example.com", "password": "Passwords hide 1"});
    let found = ok(json!({"identifiers": {"gigya.com/identifiers/UID": "ann"}}));
    let none = ok(json!({"results": []}));
    let unfinished = json!({"UID": "ann", "isRegistered": false});
    let disabled = json!({"UID": "ann", "isActive": false});
    let down = json!({"errorCode": 500_001, "errorMessage": "General Server error"});
    let unknown = json!({"errorCode": 403_005, "errorMessage": "Unauthorized user"});
    let nobody = json!({"errorCode": 404_000, "errorMessage": "Not Found"});
    for (find, search, info, comes) in [
        (&found, &none, ok(ann()), false),
        (&down, &none, ok(ann()), false),
        (&unknown, &none, ok(ann()), false),
        (&json!(502), &none, ok(ann()), false),
        (&found, &none, down.clone(), false),
        (&found, &none, ok(disabled), false),
        (&nobody, &down, ok(ann()), false),
        (&nobody, &ok(json!({"results": [{"UID": "ann"}]})), ok(ann()), false),
        (&found, &none, ok(unfinished), true),
        (&nobody, &none, down.clone(), true),
    ] {
        world.answers("accounts.identifiers.find", find.clone());
        world.answers("accounts.search", search.clone());
        world.answers("accounts.getAccountInfo", info.clone());
        let (status, answer) = world.ask("POST", "/dbconnections/signup", signup.clone()).await;
        assert_eq!(status == 200, comes, "{find} {search} {info}: {answer}");
        world.clear().await;
    }
}

/// Every transform, paths of every form, and members that hold anything.
const ODD: &str = r#"
version = 1
[user]
user_id = "UID"
email = { from = "mail", transform = "lower" }
email_verified = { from = "verified", transform = "flag" }
given_name = "a.first"
family_name = { constant = "Constant" }
nickname = ["a.nick", "b.0", "b.1"]
name = { from = ["whole", "a.first", "a.last"], transform = "full_name" }
picture = "a.picture"
blocked = { from = "isActive", transform = "when_false" }
password = "password"
[user_metadata]
raw = ["x", "y"]
list = { from = "x", transform = "list" }
exists = { from = "x", transform = "exists" }
flag = { from = "x", transform = "flag" }
text = { from = "x", transform = "text" }
date = { from = "x", transform = "date" }
first = "b.0"
born = { from = ["born.0", "born.1", "born.2"], transform = "birthdate" }
"deep.er" = { from = "y" }
[user_metadata.inner]
one = { from = "p", pick = ["first", "x"] }
two = { from = "b", pick = ["n", "x"] }
[app_metadata]
"*" = "spread"
number = { constant = 7 }
yes = { constant = true }
[app_metadata.gigya]
others = { from = ["c.verified", "c.more", "mail"], transform = "other_emails" }
"#;

fn odd() -> Vec<Value> {
    let values = [
        json!(null),
        json!(""),
        json!(" "),
        json!("text"),
        json!("0001-01-01T00:00:00Z"),
        json!("True"),
        json!("TRUE"),
        json!(true),
        json!(false),
        json!(0),
        json!(-1.5),
        json!(1_456_321_916_843_i64),
        json!(-1),
        json!(253_402_207_200_000_i64),
        json!([]),
        json!({}),
        json!([1, "two", null, {"n": 1, "x": "", "z": 2}, [3]]),
        json!({"n": 1, "x": null, "first": {"k.k": 1, "k": [{"$": 2, "ok": 3}]}}),
        json!("\u{1f600}é\u{2028}\\\""),
    ];
    let mut accounts: Vec<Value> = Vec::new();
    for value in &values {
        for other in [json!("other"), value.clone()] {
            accounts.push(json!({"x": value, "y": other, "a": value, "b": value, "c": value, "spread": value, "whole": value, "p": value}));
            accounts.push(json!({"x": other, "a": {"first": value, "last": other, "nick": value, "x": value, "picture": value},
                "b": [value, other], "c": {"verified": value, "more": other}, "born": [value, 2, 30]}));
        }
    }
    for born in [
        json!([1984, 2, 29]),
        json!(["1985", " 2 ", "29"]),
        json!([1985, 13, 1]),
        json!([0, 1, 1]),
        json!([70000]),
        json!(["+5", 4, 31]),
        json!([2000, 12, 31]),
    ] {
        accounts.push(json!({"born": born}));
    }
    for picture in [
        "https://x.cz/a.png",
        "http://x.cz:8080/?a=b#c",
        "x.cz/a",
        "ftp://u:p@x.cz",
        "HTTPS://X.CZ",
        "http://1.2.3.4/a",
        "x.cz:0080",
        "a",
        "/a.png",
        "//x.cz/a",
        "data:image/png;base64,AA",
        "https://localhost/a",
        "https://x.cz/a b",
        "mailto:a@x.cz",
        "gopher://x.cz",
        "https://x.cz:0/",
        "https://x.cz:99999",
        "https://",
        "http://a:b:c@x.cz",
        "https://x_y.cz",
        "https://x.cz/<a>",
        "http://1.2.3.256",
        "file:///etc/passwd",
        "https://háčky.cz/ř",
        "https://x.cz/a://b",
    ] {
        accounts.push(json!({"a": {"picture": picture}}));
    }
    accounts.push(json!({"a": {"first": "é".repeat(151), "last": "x", "nick": "\u{1f600}".repeat(301)}, "whole": format!("{} {}", "w".repeat(299), "x")}));
    accounts.push(
        json!({"spread": {"email": 1, "user_id": {"a": 2}, "fine": null, "other": [1], "a.b": {"c.d": 1}}}),
    );
    accounts.push(json!({"spread": {"number": 8, "yes": false, "gigya": {"others": 1}, "free": true}, "mail": "Ann@Example.com"}));
    accounts.push(json!({"c": {"verified": ["One@x.cz ", "two@x.cz", "one@x.cz"], "more": "THREE@x.cz"}}));
    accounts.push(json!({"UID": "with space and more", "a": {"first": "A"}}));
    accounts.push(json!({"UID": "u".repeat(300)}));
    accounts.push(json!({"UID": 12_345, "verified": "true"}));
    for account in &mut accounts {
        let members = account.as_object_mut().unwrap();
        members.entry("UID").or_insert(json!("odd"));
        members.insert("mail".into(), json!(" Ann@Example.com "));
        members.entry("verified").or_insert(json!("false"));
    }
    accounts
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_accounts_come_over_as_the_mapping_has_them() {
    let mut policies = policies();
    policies.choose("user_id_invalid=fix").unwrap();
    let world = World::start(ODD, &policies).await;
    let mapping = Mapping::compile(ODD, &policies.identifiers).unwrap();
    let accounts = odd();
    let mut mended = 0;
    for account in &accounts {
        let text = format!("{account}{}", "\0".repeat(PADDING));
        let mut kernel = Kernel::new(&mapping, 128);
        let (mut mapped, _) = kernel.map(&text, 0).unwrap();
        let verdict = screen(&mut mapped.user, &policies, mapping.has_free_keys());
        assert_eq!(verdict.aside, None, "{account}");
        mended += usize::from(!verdict.mended.is_empty());
        (mapped.user.password, mapped.user.blocked) = (None, None);
        let mut out = Vec::new();
        mapped.user.write_json(&mut out);
        let mut expected: Value = serde_json::from_slice(&out).unwrap();

        world.answers("accounts.login", ok(account.clone()));
        assert_eq!(world.login().await, (String::new(), String::new()), "{account}");
        let mut came = world.users().await.remove(0);
        expected["user_id"] = json!(format!("auth0|{}", expected["user_id"].as_str().unwrap()));
        let members = came.as_object_mut().unwrap();
        for name in ["identities", "created_at", "updated_at", "last_login", "last_ip", "logins_count"] {
            members.remove(name);
        }
        for name in ["name", "nickname", "picture"].iter().filter(|name| expected.get(**name).is_none()) {
            members.remove(*name);
        }
        assert_eq!(came, expected, "{account}");
        world.clear().await;
    }
    assert!(accounts.len() > 90 && mended > 20, "{} {mended}", accounts.len());
}

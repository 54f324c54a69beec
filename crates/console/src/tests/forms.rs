//! A form that fails comes back on its own page, with what was typed and the reason at the field.

use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};

use super::{Answer, Page};
use crate::site_keys::SiteKeys;

/// Insists on a page of the frame whose field holds what was typed, is marked, and has the reason below it.
#[track_caller]
fn came_back(answer: &Answer, status: StatusCode, field: &str, typed: &str, reason: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    let body = &answer.body;
    assert!(body.contains("aria-label=\"Pages\""), "the frame is missing: {body}");
    let at = body.find(&format!("id=\"{field}\"")).unwrap_or_else(|| panic!("no field {field}: {body}"));
    let element = &body[at..at + body[at..].find('>').unwrap()];
    assert!(element.contains("aria-invalid=\"true\""), "{element}");
    assert!(element.contains(&format!("aria-describedby=\"{field}-mistake")), "{element}");
    assert!(typed.is_empty() || element.contains(&format!("value=\"{typed}\"")), "{element}");
    let below = body.split(&format!("id=\"{field}-mistake\"")).nth(1).unwrap();
    assert!(below[..below.find('<').unwrap()].contains(reason), "{reason:?} is not in {below}");
}

/// A port of this machine where nothing listens.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// Sends a form as htmx does; `trigger` is the element that does it.
async fn by_htmx(page: &Page, path: &str, trigger: &str, fields: &[(&str, &str)]) -> Answer {
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let request = page.request("POST", path).header("x-csrf-token", page.app.session().csrf());
    let request = request.header("hx-request", "true").header("hx-trigger", trigger);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    page.send(request.body(Body::from(form)).unwrap()).await
}

#[tokio::test]
async fn a_tenant_that_cannot_be_reached_keeps_what_was_typed_but_the_secret() {
    let page = Page::open().await;
    let domain = format!("127.0.0.1:{}", closed_port());
    let fields = [
        ("kind", "real"),
        ("domain", &domain),
        ("client_id", "me"),
        ("client_secret", "s3cr3t"),
        ("keep", "on"),
    ];
    let answer = page.post("/connections/tenant", &fields).await;
    came_back(&answer, StatusCode::CONFLICT, "domain", &domain, "refuses the connection");
    assert!(answer.body.contains("value=\"me\"") && answer.body.contains("name=\"keep\" checked"));
    assert!(!answer.body.contains("s3cr3t"));
    let fields =
        [("kind", "real"), ("domain", "http://acme.auth0.com"), ("client_id", "me"), ("client_secret", "s")];
    let answer = page.post("/connections/tenant", &fields).await;
    came_back(&answer, StatusCode::BAD_REQUEST, "domain", "http://acme.auth0.com", "use https");
    assert_eq!(page.app.setup().meant_tenant().title, "the local tenant");
}

#[tokio::test]
async fn credentials_that_a_tenant_refuses_are_told_at_their_field() {
    let page = Page::open().await;
    let data = tempfile::tempdir().unwrap();
    let there = tenant::start(tenant::Options::new(data.path())).await.unwrap();
    let fields = [
        ("kind", "real"),
        ("domain", &there.url),
        ("client_id", &there.client_id),
        ("client_secret", "wrong"),
    ];
    let answer = page.post("/connections/tenant", &fields).await;
    came_back(
        &answer,
        StatusCode::CONFLICT,
        "client_secret",
        "",
        "does not know this client ID with this secret",
    );
    assert!(answer.body.contains(&format!("value=\"{}\"", there.client_id)));
    // The banner tells it from another on this machine.
    let fields = [
        ("kind", "real"),
        ("domain", &there.url),
        ("client_id", &there.client_id),
        ("client_secret", &there.client_secret),
    ];
    assert_eq!(page.post("/connections/tenant", &fields).await.location(), "/connections");
    let host = there.url.split("://").nth(1).unwrap().trim_end_matches('/');
    page.get("/").await.shows(&format!("Rehearsal against {host}."));
    there.stop().await;
}

#[tokio::test]
async fn somebody_who_tries_keys_is_told_at_once_that_they_are_tried() {
    let page = Page::open().await;
    let domain = format!("127.0.0.1:{}", closed_port());
    let fields = [("kind", "real"), ("domain", &domain), ("client_id", "me"), ("client_secret", "s3cr3t")];
    let begun = by_htmx(&page, "/connections/tenant", "", &fields).await;
    begun.shows(&format!("Connecting to {domain}: it has 10 s for its answer."));
    begun.shows("hx-trigger=\"load\"");
    begun.shows("hx-disabled-elt");
    let answer = by_htmx(&page, "/connections/tenant", "trying", &fields).await;
    came_back(&answer, StatusCode::CONFLICT, "domain", &domain, "refuses the connection");

    let url = format!("http://{domain}");
    let fields =
        [("kind", "site"), ("address", &url), ("api_key", "k"), ("user_key", "u"), ("secret", "c2VjcmV0")];
    for path in ["/source", "/source/keys"] {
        by_htmx(&page, path, "", &fields).await.shows(&format!("Asking the site at {url}"));
    }
    by_htmx(&page, "/source/keys", "trying", &fields).await.shows("nothing listens there");
    // Without scripts the answer stands beside the form, which keeps what was typed.
    let answer = page.post("/source/keys", &fields).await;
    answer.shows("The keys do not work");
    answer.shows(&format!("value=\"{url}\""));
    assert!(!answer.body.contains("c2VjcmV0"));
    let site = page.app.setup().local_site().await.unwrap();
    let site = site.site();
    let fields = [
        ("kind", "site"),
        ("address", &site.url),
        ("api_key", &site.api_key),
        ("user_key", &site.user_key),
        ("secret", &site.secret),
    ];
    let chosen = by_htmx(&page, "/source", "trying", &fields).await;
    assert_eq!(chosen.headers.get("hx-redirect").unwrap(), "/source");
}

#[tokio::test]
async fn a_source_that_cannot_be_read_keeps_what_was_typed() {
    let page = Page::open().await;
    let answer = page.post("/source", &[("kind", "files"), ("path", "/no/such/*.json")]).await;
    came_back(&answer, StatusCode::BAD_REQUEST, "path", "/no/such/*.json", "/no/such");
    let site = page.app.setup().local_site().await.unwrap();
    let site = site.site();
    let with = async |address: &str, api_key: &str, user_key: &str, secret: &str| {
        let keys = [("address", address), ("api_key", api_key), ("user_key", user_key), ("secret", secret)];
        let fields: Vec<_> = [("kind", "site")].into_iter().chain(keys).collect();
        page.post("/source", &fields).await
    };
    let answer = with("not a place", &site.api_key, "u", "c2VjcmV0").await;
    came_back(&answer, StatusCode::BAD_REQUEST, "address", "not a place", "not a data center");
    let answer = with(&site.url, "none", &site.user_key, &site.secret).await;
    came_back(&answer, StatusCode::CONFLICT, "api_key", "none", "No site has this API key there");
    let answer = with(&site.url, &site.api_key, "nobody", &site.secret).await;
    came_back(&answer, StatusCode::CONFLICT, "user_key", "nobody", "does not know this user key");
    let answer = with(&site.url, &site.api_key, &site.user_key, "d3Jvbmc=").await;
    came_back(&answer, StatusCode::CONFLICT, "secret", "", "does not belong to this user key");
    assert!(
        answer.body.contains(&format!("value=\"{}\"", site.user_key)) && !answer.body.contains("d3Jvbmc=")
    );
    // The form is in sight although a source is chosen already.
    page.post("/source", &[("kind", "local_site")]).await;
    let answer = page.post("/source", &[("kind", "files"), ("path", "/no/such")]).await;
    assert!(answer.body.contains("<details open>"), "{}", answer.body);
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_named_with_the_time_it_had() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let keys: SiteKeys = serde_json::from_value(serde_json::json!({
        "address": address, "api_key": "k", "user_key": "u", "secret": "c2VjcmV0"
    }))
    .unwrap();
    let patience = Duration::from_millis(200);
    let mistake = keys.accounts_within(patience).await.unwrap_err();
    let host = listener.local_addr().unwrap();
    assert!(
        mistake.reason().starts_with(&format!("{host} did not answer within 0.2 s")),
        "{}",
        mistake.reason()
    );
    let kept = crate::memory::KeptTenant { domain: host.to_string(), client_id: "me".into(), meant: true };
    let config = kept.config("secret".into()).unwrap();
    let mistake = crate::pages::try_out(&config, patience).await.unwrap_err();
    assert!(mistake.reason().contains("did not answer within 0.2 s"), "{}", mistake.reason());
}

#[tokio::test]
async fn a_stranger_is_not_taken_for_a_site_or_a_tenant() {
    let page = Page::open().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let stranger = axum::Router::new().fallback(async || "<html>Welcome</html>");
    tokio::spawn(async move { axum::serve(listener, stranger).await });
    let fields = [
        ("kind", "site"),
        ("address", url.as_str()),
        ("api_key", "k"),
        ("user_key", "u"),
        ("secret", "c2VjcmV0"),
    ];
    let answer = page.post("/source", &fields).await;
    came_back(&answer, StatusCode::CONFLICT, "address", &url, "no site of Gigya");
    let fields =
        [("kind", "real"), ("domain", url.as_str()), ("client_id", "me"), ("client_secret", "s3cr3t")];
    let answer = page.post("/connections/tenant", &fields).await;
    came_back(&answer, StatusCode::CONFLICT, "domain", &url, "no tenant of Auth0");
}

#[tokio::test]
async fn new_connections_and_applications_keep_what_was_typed() {
    let page = Page::open().await;
    let fields = [("name", "two words"), ("policy", "fair"), ("phone", "on")];
    let answer = page.post("/connections", &fields).await;
    came_back(&answer, StatusCode::OK, "name", "two words", "letters, digits and hyphens only");
    assert!(answer.body.contains("name=\"phone\" checked"));
    let answer = page.post("/connections", &[("name", "odd"), ("policy", "zzz")]).await;
    came_back(&answer, StatusCode::OK, "policy", "", "Choose another");
    assert!(!answer.body.contains("id=\"name-mistake\""), "the name is right");

    let path = page.post("/connections", &[("name", "a")]).await.location().to_owned();
    let fields = [("name", "<Shop>"), ("app_type", "native")];
    let answer = page.post(&format!("{path}/applications/new"), &fields).await;
    came_back(&answer, StatusCode::BAD_REQUEST, "application", "&lt;Shop&gt;", "needs a name, without");
    assert!(answer.body.contains("<option value=\"native\" selected>"));
}

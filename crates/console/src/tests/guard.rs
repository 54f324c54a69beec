//! Who gets in, and who does not.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::{HOST, Page};

#[tokio::test]
async fn without_the_session_nothing_is_shown() {
    let page = Page::open().await;
    for path in ["/", "/connections", "/runs", "/events?show=import", "/no-such-page"] {
        let request = Request::builder().uri(path).header(header::HOST, HOST);
        let answer = page.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(!answer.body.contains("csrf"), "{path}");
    }
    let request =
        Request::builder().uri("/").header(header::HOST, HOST).header(header::COOKIE, "crosswalk=0123");
    let answer = page.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_link_is_good_once_and_a_wrong_one_never() {
    let page = Page::open().await;
    let token = page.app.session().one_time_token().to_owned();
    for token in [token.as_str(), "", "0123"] {
        let uri = format!("/enter?token={token}");
        let request = Request::builder().uri(uri).header(header::HOST, HOST);
        let answer = page.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{token}");
        assert!(!answer.headers.contains_key(header::SET_COOKIE));
    }
    let again = page.get(&format!("/enter?token={token}")).await;
    assert_eq!(again.status, StatusCode::OK, "who is in may follow the link again");
}

#[tokio::test]
async fn the_cookie_is_for_this_server_alone() {
    let page = Page::open().await;
    let token = page.app.session().one_time_token().to_owned();
    let entered = page.get(&format!("/enter?token={token}")).await;
    let cookie = entered.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
}

#[tokio::test]
async fn a_foreign_host_is_not_answered() {
    let page = Page::open().await;
    for host in ["evil.example", "evil.example:4400", "127.0.0.1:4401", "127.0.0.1", ""] {
        let request =
            Request::builder().uri("/").header(header::HOST, host).header(header::COOKIE, &page.cookie);
        let answer = page.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
    }
    for host in ["localhost:4400", "[::1]:4400"] {
        let request =
            Request::builder().uri("/").header(header::HOST, host).header(header::COOKIE, &page.cookie);
        assert_eq!(page.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::OK, "{host}");
    }
}

#[tokio::test]
async fn a_foreign_origin_changes_nothing() {
    let page = Page::open().await;
    let body = format!("csrf={}&name=stolen", page.app.session().csrf());
    for origin in [Some("http://evil.example"), Some("null"), Some("https://127.0.0.1:4400"), None] {
        let mut request = Request::builder()
            .method("POST")
            .uri("/connections")
            .header(header::HOST, HOST)
            .header(header::COOKIE, &page.cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let answer = page.send(request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin:?}");
    }
    assert!(!page.get("/connections").await.body.contains("stolen"));
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let page = Page::open().await;
    for (kind, body) in [
        ("application/x-www-form-urlencoded", "name=stolen"),
        ("application/x-www-form-urlencoded", "csrf=0123&name=stolen"),
        ("text/plain", "csrf=x&name=stolen"),
        ("multipart/form-data; boundary=x", "--x\r\n\r\n--x--"),
    ] {
        let request = page.request("POST", "/connections").header(header::CONTENT_TYPE, kind);
        let answer = page.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{kind} {body}");
    }
    let request = page.request("POST", "/import/clear").header("x-csrf-token", "0123");
    assert_eq!(page.send(request.body(Body::empty()).unwrap()).await.status, StatusCode::FORBIDDEN);
    assert!(!page.get("/connections").await.body.contains("stolen"));
}

#[tokio::test]
async fn every_answer_is_kept_to_itself() {
    let page = Page::open().await;
    let style = crate::assets::path("style.css");
    for path in ["/", "/no-such-page", "/enter", style.as_str()] {
        let answer = page.get(path).await;
        let policy = answer.headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.headers.get(header::X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff");
        assert_eq!(answer.headers.get(header::REFERRER_POLICY).unwrap(), "same-origin");
        assert!(!answer.body.contains("style=\"") && !answer.body.contains("<script>"), "{path}");
    }
}

#[tokio::test]
async fn the_session_outlives_the_server() {
    let home = tempfile::tempdir().unwrap();
    let home = engine::Home::new(home.path());
    let open =
        || crate::session::Session::open(&home, crate::session::Address::of(HOST.parse().unwrap())).unwrap();
    let (one, other) = (open(), open());
    assert_eq!(one.csrf(), other.csrf());
    assert_ne!(one.one_time_token(), other.one_time_token());
}

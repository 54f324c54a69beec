//! What cannot be answered is told as a page, with a status that fits.

use axum::http::{StatusCode, header};

use super::{Answer, Page};

#[track_caller]
fn told(answer: &Answer, status: StatusCode, what: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    let kind = answer.headers.get(header::CONTENT_TYPE).unwrap().to_str().unwrap();
    assert!(kind.starts_with("text/html"), "{kind}");
    assert!(answer.body.contains(what), "{what:?} is not in {}", answer.body);
}

#[tokio::test]
async fn what_the_tenant_does_not_have_is_missing() {
    let page = Page::open().await;
    for path in [
        "/connections/con_0000000000000000",
        "/connections/%2e%2e",
        "/connections/.%2e",
        "/export/count?connection=x",
        "/export/count?connection=..",
    ] {
        told(&page.get(path).await, StatusCode::NOT_FOUND, "the tenant has no such thing");
    }
    for path in ["/users/%2e%2e", "/users/%2e", "/users/auth0%7Cnobody"] {
        told(&page.get(path).await, StatusCode::NOT_FOUND, "the tenant has no such");
    }
    let choose = page.post("/connections/con_0000000000000000/choose", &[]).await;
    told(&choose, StatusCode::NOT_FOUND, "the tenant has no such thing");
}

#[tokio::test]
async fn a_form_that_is_not_whole_is_told_as_a_page() {
    let page = Page::open().await;
    for (path, fields, what) in [
        ("/source", [].as_slice(), "missing field `kind`"),
        ("/source", &[("kind", "elsewhere")], "unknown variant `elsewhere`"),
        ("/import/start", &[], "missing field `connection`"),
        ("/connections/tenant", &[], "missing field `kind`"),
        (
            "/connections/c/applications",
            &[("client_id", "x"), ("on", "perhaps")],
            "was not `true` or `false`",
        ),
    ] {
        told(&page.post(path, fields).await, StatusCode::BAD_REQUEST, what);
    }
    told(&page.get("/events").await, StatusCode::BAD_REQUEST, "missing field `show`");
    told(&page.get("/users?page=none").await, StatusCode::BAD_REQUEST, "the form is not whole");
    told(&page.get("/runs/r/set-aside/none").await, StatusCode::NOT_FOUND, "there is no such page");
}

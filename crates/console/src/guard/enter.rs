//! `GET /enter?token=…`: the link of the start-up line becomes a session.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::html;
use serde::Deserialize;

use crate::app::App;
use crate::frame;

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    token: String,
}

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/enter", get(enter))
}

async fn enter(State(app): State<App>, headers: HeaderMap, Query(entry): Query<Entry>) -> Response {
    let session = app.session();
    if !session.is_session(&headers) && !session.take(&entry.token) {
        return no_session(&app);
    }
    // A redirect would belong to whatever page the link was on, and a strict cookie would stay behind.
    let page = frame::bare(
        "Crosswalk",
        Some("/"),
        html! { h1 { "Welcome" } p { a href="/" { "Go on to the page" } } },
    );
    let mut response = page.into_response();
    if let Ok(cookie) = HeaderValue::from_str(&session.cookie()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The answer to whoever has no session.
pub(super) fn no_session(_app: &App) -> Response {
    let page = frame::bare(
        "No session",
        None,
        html! {
            h1 { "This browser has no session here" }
            p { "Open the link that " code { "crosswalk serve" } " printed when it started. It is good for one use: stop the \
                 command and start it again to get another. What is under way goes on then." }
        },
    );
    (StatusCode::FORBIDDEN, page).into_response()
}

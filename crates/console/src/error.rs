//! What went wrong, as a page or as a fragment of one.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::Failure;
use maud::html;

use crate::app::App;
use crate::frame;

/// A sentence for a person, and the status of the answer.
#[derive(Debug)]
pub(crate) struct PageError {
    status: StatusCode,
    message: String,
}

impl PageError {
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, message: message.into() }
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self { status: StatusCode::FORBIDDEN, message: message.into() }
    }

    pub(crate) fn missing(message: impl Into<String>) -> Self {
        Self { status: StatusCode::NOT_FOUND, message: message.into() }
    }

    /// As a whole page. A handler that returns the error gets the same without the frame's banner.
    pub(crate) fn show(self, app: &App) -> Response {
        let page =
            frame::page(app, "", "That did not work", html! { p.problem role="alert" { (self.message) } });
        (self.status, page).into_response()
    }
}

/// Longest reason that is shown, bytes.
const LONGEST_REASON: usize = 2000;

/// What the framework refuses by itself, in a line of text: a field that is missing, a number that is none. It becomes a page
/// like any other.
pub(crate) async fn spoken(State(app): State<App>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !response.status().is_client_error() || !kind.is_some_and(|kind| kind.starts_with("text/plain")) {
        return response;
    }
    let reason = to_bytes(response.into_body(), LONGEST_REASON).await.unwrap_or_default();
    let reason = String::from_utf8_lossy(&reason);
    let error = match reason.split_once(": ") {
        _ if reason.starts_with("Invalid URL") => PageError::missing("there is no such page"),
        Some((_, what)) => PageError::bad(format!("nothing was done, since the form is not whole: {what}")),
        None => PageError::bad("nothing was done, since the form is not whole"),
    };
    error.show(&app)
}

/// The answer to a path that there is not.
pub(crate) async fn no_such_page(State(app): State<App>) -> Response {
    PageError::missing("there is no such page").show(&app)
}

impl From<Failure> for PageError {
    fn from(failure: Failure) -> Self {
        let status = match failure.status() {
            2 => StatusCode::BAD_REQUEST,
            3 => StatusCode::CONFLICT,
            4 => StatusCode::BAD_GATEWAY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self { status, message: failure.to_string() }
    }
}

impl From<auth0::Error> for PageError {
    fn from(error: auth0::Error) -> Self {
        if error.status() == Some(404) {
            return Self::missing(format!("the tenant has no such thing, or no longer: {error}"));
        }
        Self { status: StatusCode::BAD_GATEWAY, message: format!("the tenant: {error}") }
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let page = frame::bare(
            "That did not work",
            None,
            html! { h1 { "That did not work" } p.problem role="alert" { (self.message) } p { a href="/" { "Back to the overview" } } },
        );
        (self.status, page).into_response()
    }
}

//! What went wrong, as a page or as a fragment of one.

use axum::Extension;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::Failure;
use maud::{Markup, html};

use crate::app::App;
use crate::frame;
use crate::navigation::entry_of;

/// A sentence for a person, and the status of the answer.
#[derive(Debug, Clone)]
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

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// As a whole page that belongs to an entry of the navigation, empty for none.
    pub(crate) fn show(&self, app: &App, entry: &str) -> Response {
        (self.status, frame::page(app, entry, "That did not work", self.said())).into_response()
    }

    fn said(&self) -> Markup {
        html! { p.problem role="alert" { (self.message) } }
    }
}

/// Longest reason that is shown, bytes.
const LONGEST_REASON: usize = 2000;

/// What a handler has refused, and what the framework refuses by itself in a line of text (a field that is missing, a number
/// that is none), becomes a page like any other.
pub(crate) async fn spoken(State(app): State<App>, request: Request, next: Next) -> Response {
    let is_fragment = is_for_fragment(request.headers());
    let entry = entry_of(request.uri().path());
    // htmx puts the sentence alone into the page that is there.
    let shown = |error: &PageError| match is_fragment {
        true => (error.status, error.said()).into_response(),
        false => error.show(&app, entry),
    };
    let response = next.run(request).await;
    if let Some(error) = response.extensions().get::<PageError>() {
        return shown(error);
    }
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
    shown(&error)
}

/// Whether htmx puts the answer into a piece of a page.
fn is_for_fragment(headers: &HeaderMap) -> bool {
    let target = headers.get("hx-target").map(HeaderValue::as_bytes);
    headers.contains_key("hx-request") && target != Some(b"main")
}

/// The answer to a path that there is not.
pub(crate) async fn no_such_page() -> PageError {
    PageError::missing("there is no such page")
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

impl From<gigya::Error> for PageError {
    fn from(error: gigya::Error) -> Self {
        Failure::refused(error).into()
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let page = frame::bare(
            "That did not work",
            None,
            html! { h1 { "That did not work" } p.problem role="alert" { (self.message) } p { a href="/" { "Back to the overview" } } },
        );
        // Who is in gets it with the frame around it; see [`spoken`].
        (self.status, Extension(self), page).into_response()
    }
}

//! Who may ask, and how: a checked `Host`, one session, a checked `Origin` and a token in every form, strict headers.
//!
//! A web page elsewhere can make a browser send requests here. `Host` keeps out names that were pointed at this machine
//! (DNS rebinding), the session cookie (`SameSite=Strict`) and `Origin` keep out requests that other pages cause, and the
//! form token those that would get past both.

mod enter;
mod headers;
mod request;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::PageError;

pub(crate) use enter::routes;
pub(crate) use request::{FIELD, LARGEST_FORM, UPLOADS, multipart_is_verified};

/// Every request: is it meant for this server? And every answer: the headers that keep the page to itself.
pub(crate) async fn host(State(app): State<App>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let mut response = if host.is_some_and(|host| app.session().address().is_host(host)) {
        next.run(request).await
    } else {
        (StatusCode::MISDIRECTED_REQUEST, "this server answers on its own address only\n").into_response()
    };
    headers::set(response.headers_mut());
    response
}

/// Every request for a page: does it come from the session, and if it changes something, from a form of ours?
pub(crate) async fn session(State(app): State<App>, request: Request, next: Next) -> Response {
    let session = app.session();
    if !session.is_session(request.headers()) {
        return enter::no_session(&app);
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let origin = request.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    if !origin.is_some_and(|origin| session.address().is_origin(origin)) {
        return PageError::forbidden("this request did not come from this page, so nothing was done")
            .show(&app, "");
    }
    match request::verified(session, request).await {
        Ok(request) => next.run(request).await,
        Err(error) => error.show(&app, ""),
    }
}

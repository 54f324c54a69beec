//! All endpoints under one router.

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};

use crate::error::ApiError;
use crate::state::AppState;
use crate::{endpoints, exports, faults, imports, limits};

/// The router of a tenant.
pub fn app(state: AppState) -> Router {
    let management = endpoints::management()
        .merge(imports::routes())
        .merge(exports::routes())
        .fallback(no_such_path)
        .layer(from_fn_with_state(state.clone(), limits::management));
    Router::new()
        .nest("/api/v2", management)
        .merge(endpoints::authentication().layer(from_fn_with_state(state.clone(), limits::authentication)))
        .merge(exports::downloads())
        .fallback(no_such_path)
        // Each endpoint has its own limit and its own text for it.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn_with_state(state.clone(), faults::befall))
        .layer(from_fn_with_state(state.clone(), stamp))
        .with_state(state)
}

/// The tenant's time, and the id that Auth0 gives each request, for its support.
async fn stamp(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    limits::utf8(response.headers_mut());
    response.headers_mut().insert(header::DATE, loopback::date_header(state.now_ms()));
    if let Ok(id) = HeaderValue::from_str(&crate::ids::alphanumeric(20)) {
        response.headers_mut().insert("ot-baggage-auth0-request-id", id);
    }
    if response.status() == StatusCode::METHOD_NOT_ALLOWED
        && !response.headers().contains_key(header::CONTENT_TYPE)
    {
        // Auth0 answers a method that a path has not as it answers a path that it has not.
        return no_such_path().await.into_response();
    }
    response
}

async fn no_such_path() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "Not Found")
}

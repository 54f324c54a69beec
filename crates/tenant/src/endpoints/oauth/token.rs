//! `POST /oauth/token`

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use loopback::Peer;

use super::error::OAuthError;
use super::parameters::Parameters;
use super::{client, client_credentials, password};
use crate::caller::host_of;
use crate::state::AppState;

/// Gives a token for one of the grants this tenant knows.
pub(super) async fn token(
    State(state): State<AppState>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
) -> Response {
    let host = host_of(request.headers());
    let mut response = match grant(&state, &host, peer.address.ip(), request).await {
        Ok(body) => Json(body).into_response(),
        Err(error) => error.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("Origin, Accept-Encoding"));
    response
}

async fn grant(
    state: &AppState,
    host: &str,
    ip: std::net::IpAddr,
    request: Request,
) -> Result<serde_json::Value, OAuthError> {
    let parameters = Parameters::read(request).await?;
    let grant_type = parameters.require("grant_type")?;
    match grant_type {
        "client_credentials" => {
            let client = client::authenticate(state, &parameters).await?;
            client_credentials::grant(state, host, client, &parameters).await
        }
        "password" | "http://auth0.com/oauth/grant-type/password-realm" => {
            let client = client::authenticate(state, &parameters).await?;
            client::may(&client, grant_type)?;
            password::grant(state, host, ip, client, &parameters).await
        }
        other => Err(OAuthError::new(
            StatusCode::FORBIDDEN,
            "unsupported_grant_type",
            format!("Unsupported grant type: {other}"),
        )),
    }
}

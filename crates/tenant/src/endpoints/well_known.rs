//! `GET /.well-known/jwks.json` and `GET /.well-known/openid-configuration`.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::caller::host_of;
use crate::state::AppState;

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/.well-known/jwks.json", get(jwks))
        .route("/.well-known/openid-configuration", get(discovery))
}

/// The public half of the signing key.
async fn jwks(State(state): State<AppState>) -> impl IntoResponse {
    (
        [(header::CACHE_CONTROL, "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400")],
        Json(state.keys().jwks()),
    )
}

/// OpenID discovery, with the name by which the client calls.
async fn discovery(State(state): State<AppState>, headers: HeaderMap) -> Json<Value> {
    let issuer = state.issuer(&host_of(&headers));
    Json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}oauth/token"),
        "userinfo_endpoint": format!("{issuer}userinfo"),
        "jwks_uri": format!("{issuer}.well-known/jwks.json"),
        "scopes_supported": ["openid", "profile", "email", "address", "phone"],
        "response_types_supported": ["token"],
        "grant_types_supported": [
            "client_credentials",
            "password",
            "http://auth0.com/oauth/grant-type/password-realm",
        ],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "claims_supported": [
            "aud", "email", "email_verified", "exp", "family_name", "given_name", "iat", "iss", "name", "nickname",
            "phone_number", "picture", "sub",
        ],
    }))
}

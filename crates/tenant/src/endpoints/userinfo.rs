//! `GET /userinfo`: the person behind an access token.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Map, Value, json};

use super::oauth::password::profile;
use crate::caller::{bearer, host_of};
use crate::error::ApiError;
use crate::state::AppState;
use crate::store::{UserRow, connections, tokens, users};
use crate::view;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/userinfo", get(userinfo).post(userinfo))
}

async fn userinfo(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let found = match value.and_then(bearer) {
        Some(token) => claims(&state, &host_of(&headers), token.to_owned()).await,
        None => Ok(None),
    };
    match found {
        Ok(Some(claims)) => Json(Value::Object(claims)).into_response(),
        // Recorded: the bare word.
        Ok(None) => (StatusCode::UNAUTHORIZED, "Unauthorized").into_response(),
        Err(error) => error.into_response(),
    }
}

async fn claims(state: &AppState, host: &str, token: String) -> Result<Option<Map<String, Value>>, ApiError> {
    let now_ms = state.now_ms();
    let signed: Option<(String, String)> = token.contains('.').then(|| signed(state, host, &token)).flatten();
    state
        .store()
        .read(move |db| -> Result<_, ApiError> {
            let found: Option<(UserRow, String)> = match signed {
                Some((user_id, scope)) => users::find_anywhere(db, &user_id)?.map(|user| (user, scope)),
                None => match tokens::find(db, &token, now_ms)? {
                    Some((pk, scope)) => users::find_by_pk(db, pk)?.map(|user| (user, scope)),
                    None => None,
                },
            };
            let Some((user, scope)) = found else { return Ok(None) };
            let Some(connection) = connections::by_pk(db, user.connection)? else { return Ok(None) };
            let mut claims = Map::new();
            claims.insert("sub".into(), json!(format!("auth0|{}", user.user_id)));
            claims.extend(profile(&view::user(&user, &connection.name), &scope));
            Ok(Some(claims))
        })
        .await
}

/// The user id and the scope of a signed token that is meant for this endpoint.
fn signed(state: &AppState, host: &str, token: &str) -> Option<(String, String)> {
    let claims: Value = state.keys().verify(token).ok()?;
    let here = format!("{}userinfo", state.issuer(host));
    let meant = claims["aud"].as_array()?.iter().any(|audience| *audience == here);
    let alive = claims["exp"].as_i64()?.saturating_mul(1000) > state.now_ms();
    let user_id = claims["sub"].as_str()?.strip_prefix("auth0|")?;
    (meant && alive).then(|| (user_id.to_owned(), claims["scope"].as_str().unwrap_or_default().to_owned()))
}

//! `POST /api/v2/clients`

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use crate::body::{Document, JsonBody, document};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::ids;
use crate::state::AppState;
use crate::store::{ClientRow, clients as table};
use crate::view;

static BODY: Document = document!("create.schema.json");

/// Makes an application. It authenticates with its secret; other credentials are refused, since no endpoint here
/// would take them.
pub(super) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    body: JsonBody,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    caller.require(&["create:clients"])?;
    let mut given = body.object(&BODY)?;
    let secret = match given.remove("client_secret") {
        Some(Value::String(secret)) => secret,
        _ => ids::client_secret(),
    };
    let row =
        ClientRow { pk: 0, id: ids::client_id(), secret, body: defaults(given), created_at: state.now_ms() };
    let shown = view::client(&row, &state);
    state.store().write(move |tx| -> Result<_, ApiError> { Ok(table::insert(tx, &row)?) }).await?;
    Ok((StatusCode::CREATED, Json(Value::Object(shown))))
}

/// Adds what the server adds to a new application (recorded 2025).
pub(crate) fn defaults(mut body: Map<String, Value>) -> Map<String, Value> {
    let mut default = |name: &str, value: Value| {
        body.entry(name).or_insert(value);
    };
    default("is_first_party", json!(true));
    default("is_token_endpoint_ip_header_trusted", json!(false));
    default("oidc_conformant", json!(false));
    default("jwt_configuration", json!({"lifetime_in_seconds": 36000}));
    default("sso_disabled", json!(false));
    default("cross_origin_authentication", json!(false));
    default("grant_types", json!(["authorization_code", "implicit", "refresh_token", "client_credentials"]));
    default("custom_login_page_on", json!(true));
    default("refresh_token", json!({}));
    if body.contains_key("app_type") {
        body.entry("async_approval_notification_channels").or_insert(json!(["guardian-push"]));
    }
    completed(body)
}

/// Completes the members that are objects.
pub(super) fn completed(mut body: Map<String, Value>) -> Map<String, Value> {
    if let Some(Value::Object(jwt)) = body.get_mut("jwt_configuration") {
        jwt.entry("secret_encoded").or_insert(json!(false));
    }
    if let Some(Value::Object(refresh)) = body.get_mut("refresh_token") {
        let infinite = refresh.get("expiration_type").is_none_or(|kind| kind == "non-expiring");
        let defaults = [
            ("rotation_type", json!("non-rotating")),
            ("expiration_type", json!("non-expiring")),
            ("leeway", json!(0)),
            ("token_lifetime", json!(2_592_000)),
            ("infinite_token_lifetime", json!(infinite)),
            ("infinite_idle_token_lifetime", json!(infinite)),
            ("idle_token_lifetime", json!(1_296_000)),
        ];
        for (name, value) in defaults {
            refresh.entry(name).or_insert(value);
        }
    }
    body
}

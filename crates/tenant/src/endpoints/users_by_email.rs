//! `GET /api/v2/users-by-email`: the users of all connections with exactly that email. Emails are stored in lower case and
//! compared as they are given, so that upper case finds nobody (source: facts on Auth0, "Users").

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::Value;

use crate::caller::Caller;
use crate::error::ApiError;
use crate::query::Query;
use crate::state::AppState;
use crate::store::{connections, users};
use crate::view;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/users-by-email", get(users_by_email))
}

async fn users_by_email(
    State(state): State<AppState>,
    caller: Caller,
    query: Query,
) -> Result<Json<Vec<Value>>, ApiError> {
    caller.require(&["read:users"])?;
    let Some(email) = query.get("email").filter(|email| !email.is_empty()) else {
        return Err(ApiError::invalid_query("Query validation error: 'Missing required property: email'."));
    };
    let email = email.to_owned();
    let fields = query.fields()?;
    let found = state
        .store()
        .read(move |db| -> Result<_, ApiError> {
            let mut found = Vec::new();
            for connection in connections::all(db)? {
                if let Some(user) = users::find_by_email(db, connection.pk, &email)? {
                    found.push(view::user(&user, &connection.name));
                }
            }
            Ok(found)
        })
        .await?;
    let shown = found.into_iter().map(|mut user| {
        fields.apply(&mut user, &[]);
        Value::Object(user)
    });
    Ok(Json(shown.collect()))
}

//! `/api/v2/user-blocks`: logins that brute-force protection has closed, of a user or of what somebody logs in with. Who was
//! blocked by an administrator is not among them. Source: Auth0 Management API, "User Blocks".

mod delete;
mod get;

use axum::Router;
use axum::routing::get as get_method;

use crate::error::ApiError;
use crate::query::Query;
use crate::state::AppState;
use crate::store::{ConnectionRow, connections};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/user-blocks", get_method(get::by_identifier).delete(delete::by_identifier))
        .route("/user-blocks/{id}", get_method(get::by_id).delete(delete::by_id))
}

/// What logs in at a connection, in lower case.
struct Logins {
    connection: ConnectionRow,
    identifiers: Vec<String>,
}

/// What the user of an id logs in with.
async fn of_user(state: &AppState, id: String) -> Result<Vec<Logins>, ApiError> {
    let (user, connection) = state.store().read(move |db| super::users::wanted(db, &id)).await?;
    let identifiers = [user.email, user.username, user.phone_number].into_iter().flatten();
    Ok(vec![Logins { connection, identifiers: identifiers.map(|name| name.to_lowercase()).collect() }])
}

/// What the `identifier` of the query may log in at.
async fn of_identifier(state: &AppState, query: &Query) -> Result<Vec<Logins>, ApiError> {
    let Some(identifier) = query.get("identifier").filter(|identifier| !identifier.is_empty()) else {
        let message = "Query validation error: 'Missing required property: identifier'.";
        return Err(ApiError::invalid_query(message));
    };
    let identifier = identifier.to_lowercase();
    let all = state.store().read(|db| Ok::<_, ApiError>(connections::all(db)?)).await?;
    let logins = |connection| Logins { connection, identifiers: vec![identifier.clone()] };
    Ok(all.into_iter().map(logins).collect())
}

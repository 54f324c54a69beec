//! `/users`: the users of the tenant, and one of them from its account to what the tenant has now.

mod compare;
mod list;
mod login;
mod one;
mod query;
mod safe;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/users", get(list::show))
        .route("/users/{id}", get(one::show))
        .route("/users/{id}/compare", get(compare::show))
        .route("/users/{id}/account", get(compare::account))
        .route("/users/{id}/login", post(login::attempt))
}

/// A path below `/users` for a user; its id may hold anything.
pub(in crate::pages) fn path(user_id: &str, rest: &str) -> String {
    let id: String = form_urlencoded::byte_serialize(user_id.as_bytes()).collect();
    // In a path a plus is a plus.
    format!("/users/{}{rest}", id.replace('+', "%20"))
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_of_strangers_stay_one_segment() {
        assert_eq!(super::path("auth0|a b/c+?", "/login"), "/users/auth0%7Ca%20b%2Fc%2B%3F/login");
    }
}

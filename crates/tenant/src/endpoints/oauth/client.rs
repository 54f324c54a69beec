//! The application that asks for a token, and the APIs it may ask for.

use axum::http::StatusCode;
use rusqlite::Connection;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::error::OAuthError;
use super::parameters::Parameters;
use crate::state::AppState;
use crate::store::grants::{self, GrantRow};
use crate::store::{ClientRow, StoreError, clients};

/// The application, its secret checked; one whose `token_endpoint_auth_method` is `none` has none to check.
///
/// # Errors
/// 401 when it is not known or the secret is wrong; which one is not said.
pub(super) async fn authenticate(state: &AppState, parameters: &Parameters) -> Result<ClientRow, OAuthError> {
    let id = parameters.require("client_id")?.to_owned();
    let client = state.store().read(move |db| clients::by_id(db, &id)).await?;
    let client = client.ok_or_else(OAuthError::unauthorized)?;
    let public = client.body.get("token_endpoint_auth_method").is_some_and(|method| method == "none");
    let given = parameters.get("client_secret").unwrap_or_default();
    // Digests are compared, so that the time says nothing about the secret.
    let same = Sha256::digest(given.as_bytes()) == Sha256::digest(client.secret.as_bytes());
    if public || same { Ok(client) } else { Err(OAuthError::unauthorized()) }
}

/// Passes when the application may use the grant type.
///
/// # Errors
/// 403 `unauthorized_client`.
pub(super) fn may(client: &ClientRow, grant_type: &str) -> Result<(), OAuthError> {
    // Auth0 takes `password-realm` from an application with `password`, too.
    if client.may(grant_type) || (grant_type.ends_with("password-realm") && client.may("password")) {
        return Ok(());
    }
    let text = format!("Grant type '{grant_type}' not allowed for the client.");
    Err(OAuthError::new(StatusCode::FORBIDDEN, "unauthorized_client", text))
}

/// What the grants say about an API: this tenant knows an API when a grant names it.
pub(super) enum Api {
    /// No grant names it.
    Unknown,
    /// A grant names it, but none of this application.
    Denied,
    /// The application's grant.
    Granted(GrantRow),
}

impl Api {
    /// What the grants say.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) fn of(db: &Connection, client_id: &str, audience: &str) -> Result<Self, StoreError> {
        let named: Vec<GrantRow> =
            grants::all(db)?.into_iter().filter(|grant| grant.audience == audience).collect();
        if named.is_empty() {
            return Ok(Self::Unknown);
        }
        let own = named.into_iter().find(|grant| grant.client_id == client_id);
        Ok(own.map_or(Self::Denied, Self::Granted))
    }
}

/// The scopes of a grant.
pub(super) fn scopes(grant: &GrantRow) -> Vec<String> {
    let scopes = grant.body.get("scope").and_then(Value::as_array).into_iter().flatten();
    scopes.filter_map(Value::as_str).map(str::to_owned).collect()
}

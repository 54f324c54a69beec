//! The grant of an application for itself: how scripts get a token for the Management API.

use serde_json::{Value, json};

use super::ACCESS_TOKEN_SECONDS;
use super::client::{Api, may, scopes};
use super::error::OAuthError;
use super::parameters::Parameters;
use crate::scopes::ALL;
use crate::seed;
use crate::state::AppState;
use crate::store::{ClientRow, settings};

/// An access token for an API. The client of the ready line has every scope of the Management API; any other has those
/// of its client grant.
///
/// # Errors
/// 403 when the application may not, or the API is not known.
pub(super) async fn grant(
    state: &AppState,
    host: &str,
    client: ClientRow,
    parameters: &Parameters,
) -> Result<Value, OAuthError> {
    may(&client, "client_credentials")?;
    let audience = parameters.get("audience").ok_or_else(|| {
        OAuthError::denied("No audience parameter was provided, and no default audience has been configured.")
    })?;
    let management = state.is_management_api(audience, host);
    let (id, wanted) = (client.id.clone(), audience.to_owned());
    let granted = state
        .store()
        .read(move |db| -> Result<_, OAuthError> {
            if management && settings::get(db, seed::CLIENT)?.as_deref() == Some(&id) {
                return Ok(ALL.iter().map(ToString::to_string).collect::<Vec<_>>());
            }
            match Api::of(db, &id, &wanted)? {
                Api::Granted(grant) => Ok(scopes(&grant)),
                Api::Unknown if !management => {
                    Err(OAuthError::denied(format!("Service not enabled within domain: {wanted}")))
                }
                Api::Unknown | Api::Denied => Err(OAuthError::denied(format!(
                    "Client is not authorized to access \"{wanted}\". You need to create a \"client-grant\" associated to this API. See: https://auth0.com/docs/api/v2#!/Client_Grants/post_client_grants"
                ))),
            }
        })
        .await?;
    let asked = parameters.get("scope");
    let scope: Vec<String> = granted
        .into_iter()
        .filter(|scope| asked.is_none_or(|asked| asked.split_ascii_whitespace().any(|one| one == scope)))
        .collect();
    let scope = scope.join(" ");
    let now = state.now_ms() / 1000;
    let claims = json!({
        "iss": state.issuer(host),
        "sub": format!("{}@clients", client.id),
        "aud": audience,
        "iat": now,
        "exp": now + ACCESS_TOKEN_SECONDS,
        "scope": scope,
        "gty": "client-credentials",
        "azp": client.id,
    });
    let token = state.keys().sign(&claims).map_err(|_| OAuthError::internal())?;
    Ok(json!({
        "access_token": token,
        "scope": scope,
        "expires_in": ACCESS_TOKEN_SECONDS,
        "token_type": "Bearer",
    }))
}

//! `POST /oauth/token` with a password: the proof that a hash was carried over.

use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::send::Call;
use crate::{Client, Credentials, Error};

/// What became of a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// The password is right.
    In,
    /// Auth0 says no such user or a wrong password; it does not say which.
    Wrong,
    /// The password may be right, but the user may not come in: blocked, locked, asked for a second factor.
    /// The tenant's `error` and message.
    Stopped(String),
}

impl Client {
    /// Tries a password at a connection, with the grant `password-realm`. One try counts towards Auth0's brute-force
    /// protection, so nothing is retried that was judged.
    ///
    /// # Errors
    /// [`Error::Credentials`] without a client secret; [`Error::Refused`] when the application may not do this.
    pub async fn login(
        &self,
        connection: &str,
        login: &str,
        password: &SecretString,
    ) -> Result<Login, Error> {
        let Credentials::ClientSecret { id, secret } = &self.inner.credentials else {
            return Err(Error::Credentials(
                "logins need the client id and secret of an application, an access token is not enough"
                    .to_owned(),
            ));
        };
        let body = json!({
            "grant_type": "http://auth0.com/oauth/grant-type/password-realm",
            "client_id": id,
            "client_secret": secret.expose_secret(),
            "username": login,
            "password": password.expose_secret(),
            "realm": connection,
            "scope": "openid",
        });
        match self.send(Call::new(Method::POST, "oauth/token").json(&body).idempotent().without_token()).await
        {
            Ok(_) => Ok(Login::In),
            Err(Error::Refused { what, refusal }) => match refusal.error.as_str() {
                "invalid_grant" => Ok(Login::Wrong),
                "unauthorized" | "mfa_required" | "too_many_attempts" | "password_leaked" => {
                    Ok(Login::Stopped(format!("{}: {}", refusal.error, refusal.message)))
                }
                _ => Err(Error::Refused { what, refusal }),
            },
            Err(error) => Err(error),
        }
    }
}

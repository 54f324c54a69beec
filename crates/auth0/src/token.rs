//! Tokens of the Management API: fetched once, renewed before they expire and once after a 401.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::send::Call;
use crate::{Client, Credentials, Error};

/// A token is renewed when less than this is left of it.
const RENEW_BEFORE: Duration = Duration::from_secs(120);

/// The token in use.
#[derive(Debug, Default)]
pub(crate) struct Tokens(tokio::sync::Mutex<Option<Token>>);

#[derive(Debug, Clone)]
struct Token {
    value: SecretString,
    expires: Instant,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default = "a_day")]
    expires_in: u64,
}

fn a_day() -> u64 {
    86_400
}

impl Client {
    /// A token that lives for a while yet.
    pub(crate) async fn token(&self) -> Result<SecretString, Error> {
        let (id, secret) = match &self.inner.credentials {
            Credentials::AccessToken(token) => return Ok(token.clone()),
            Credentials::ClientSecret { id, secret } => (id, secret),
        };
        // The lock is held over the request, so that many calls at once fetch one token.
        let mut token = self.inner.tokens.0.lock().await;
        if let Some(token) = &*token
            && token.expires > Instant::now() + RENEW_BEFORE
        {
            return Ok(token.value.clone());
        }
        let audience = format!("{}api/v2/", self.inner.url);
        let body = json!({
            "grant_type": "client_credentials",
            "client_id": id,
            "client_secret": secret.expose_secret(),
            "audience": audience,
        });
        let call = Call::new(Method::POST, "oauth/token").json(&body).idempotent().without_token();
        let answer: Answer = Box::pin(self.send(call)).await?.json("POST oauth/token")?;
        // A token that lives shorter than the margin is used for half its life instead of being fetched every time.
        let life = Duration::from_secs(answer.expires_in);
        let life = if life > RENEW_BEFORE * 2 { life } else { life / 2 + RENEW_BEFORE };
        let value = SecretString::from(answer.access_token);
        *token = Some(Token { value: value.clone(), expires: Instant::now() + life });
        Ok(value)
    }

    /// Forgets a token that the tenant no longer takes. False when there is no way to get another.
    pub(crate) async fn forget_token(&self, refused: &SecretString) -> bool {
        if matches!(self.inner.credentials, Credentials::AccessToken(_)) {
            return false;
        }
        let mut token = self.inner.tokens.0.lock().await;
        if token.as_ref().is_some_and(|token| token.value.expose_secret() == refused.expose_secret()) {
            *token = None;
        }
        true
    }

    /// The scopes of the token, in the order in which it names them. Fetches a token when there is none.
    ///
    /// # Errors
    /// As any call. [`Error::Credentials`] when the token is not a JSON Web Token and so names none.
    pub async fn scopes(&self) -> Result<Vec<String>, Error> {
        let claims = self.claims().await?;
        let scope = claims.get("scope").and_then(Value::as_str).unwrap_or_default();
        Ok(scope.split_whitespace().map(str::to_owned).collect())
    }

    /// The `client_id` of the calling application.
    ///
    /// # Errors
    /// As [`Client::scopes`].
    pub async fn client_id(&self) -> Result<String, Error> {
        if let Credentials::ClientSecret { id, .. } = &self.inner.credentials {
            return Ok(id.clone());
        }
        let claims = self.claims().await?;
        claims.get("azp").and_then(Value::as_str).map(str::to_owned).ok_or_else(|| {
            Error::Credentials("the access token does not name its application (azp)".to_owned())
        })
    }

    /// The claims of our own token. Not verified: the tenant does that; we only read what it says about us.
    async fn claims(&self) -> Result<Value, Error> {
        let token = self.token().await?;
        token
            .expose_secret()
            .split('.')
            .nth(1)
            .and_then(|claims| URL_SAFE_NO_PAD.decode(claims.trim_end_matches('=')).ok())
            .and_then(|claims| serde_json::from_slice(&claims).ok())
            .ok_or_else(|| Error::Credentials("the access token is not a JSON Web Token".to_owned()))
    }
}

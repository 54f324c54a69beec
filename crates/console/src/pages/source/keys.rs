//! `POST /source/keys`: keys are tried and what the site says is explained.

use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use engine::Failure;
use gigya::{Address, Client, Config, Credentials, PrivateKey, Search};
use maud::{Markup, html};
use migration::report::html::figures::count;
use secrecy::SecretString;
use serde::Deserialize;

use crate::app::App;
use crate::frame;

/// What the form holds.
#[derive(Deserialize)]
pub(super) struct Keys {
    pub(super) address: String,
    pub(super) api_key: String,
    user_key: String,
    #[serde(default)]
    secret: SecretString,
    #[serde(default)]
    private_key: SecretString,
}

impl Keys {
    /// How the site is spoken to.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        use secrecy::ExposeSecret as _;
        let address = Address::parse(&self.address).map_err(Failure::usage)?;
        let user_key = self.user_key.trim().to_owned();
        let credentials = if !self.private_key.expose_secret().trim().is_empty() {
            let key =
                PrivateKey::from_pem(self.private_key.expose_secret().as_bytes()).map_err(Failure::usage)?;
            Credentials::PrivateKey { user_key, key }
        } else if self.secret.expose_secret().trim().is_empty() {
            return Err(Failure::usage("the application's secret is missing, or its private key"));
        } else {
            Credentials::Signature {
                user_key,
                secret: SecretString::from(self.secret.expose_secret().trim()),
            }
        };
        let ca = std::env::var_os("GIGYA_CA").map(Into::into);
        Ok(Config { address, api_key: self.api_key.trim().to_owned(), credentials, ca })
    }

    /// Asks the site how many accounts it has.
    pub(super) async fn accounts(&self) -> Result<(Config, u64), Failure> {
        let config = self.config()?;
        let client = Client::new(config.clone()).map_err(Failure::usage)?;
        let all = Search::accounts("SELECT count(*) FROM accounts").account_types("full,lite");
        let number = client.count(&all).await.map_err(|error| Failure::refused(error.to_string()))?;
        Ok((config, number))
    }
}

pub(super) async fn test(State(app): State<App>, headers: HeaderMap, Form(keys): Form<Keys>) -> Response {
    let said = said(keys.accounts().await);
    if headers.contains_key("hx-request") {
        return said.into_response();
    }
    let main = html! { (said) p { a href="/source" { "Back to the source" } } };
    frame::page(&app, "/source", "The keys of the site", main).into_response()
}

fn said(outcome: Result<(Config, u64), Failure>) -> Markup {
    html! {
        @match outcome {
            Ok((config, number)) => p.done { "The keys work: " (config.address) " has " strong { (count(number)) } " accounts." },
            Err(failure) => p.problem { "The keys do not work: " (failure) },
        }
    }
}

//! `/connections/tenant`: which tenant is meant. Credentials are kept in memory only.

use auth0::{Config, Credentials, tenant_url};
use axum::Form;
use axum::extract::State;
use axum::response::Redirect;
use engine::Failure;
use maud::{Markup, html};
use secrecy::SecretString;
use serde::Deserialize;

use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::csrf;

pub(super) async fn show(State(app): State<App>) -> Markup {
    let meant = app.meant_tenant();
    let main = html! {
        p { "Now: " strong { (meant.title) } "." }
        form.stack method="post" action="/connections/tenant" {
            (csrf(&app))
            input type="hidden" name="kind" value="local";
            h2 { "Rehearse against the local tenant" }
            p.hint { "A tenant on this machine that behaves like Auth0. Its data is in the home folder; nothing leaves the machine." }
            div.row { button { "Use the local tenant" } }
        }
        form.stack method="post" action="/connections/tenant" autocomplete="off" {
            (csrf(&app))
            input type="hidden" name="kind" value="real";
            h2 { "Use a real tenant" }
            label for="domain" { "Domain" }
            input id="domain" name="domain" required placeholder="acme.eu.auth0.com" aria-describedby="domain-hint";
            p.hint id="domain-hint" { "Or host:port of a tenant on this machine." }
            label for="client_id" { "Client ID" }
            input id="client_id" name="client_id" required;
            label for="client_secret" { "Client secret" }
            input id="client_secret" name="client_secret" type="password" required autocomplete="off" aria-describedby="secret-hint";
            p.hint id="secret-hint" { "Of a machine-to-machine application with the scopes of the Management API for connections, applications, users and jobs. It stays in the memory of this process." }
            div.row { button { "Connect" } }
        }
    };
    frame::page(&app, "/connections", "Tenant", main)
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Choice {
    Local,
    Real { domain: String, client_id: String, client_secret: String },
}

pub(super) async fn change(
    State(app): State<App>,
    Form(choice): Form<Choice>,
) -> Result<Redirect, PageError> {
    if app.work().importing().is_some() {
        return Err(Failure::refused("an import is under way; pause it before you change the tenant").into());
    }
    match choice {
        Choice::Local => app.mean_tenant(None)?,
        Choice::Real { domain, client_id, client_secret } => {
            let url = tenant_url(&domain).map_err(Failure::usage)?;
            let credentials = Credentials::ClientSecret {
                id: client_id.trim().to_owned(),
                secret: SecretString::from(client_secret),
            };
            let config = Config { url, ca: std::env::var_os("AUTH0_CA").map(Into::into), credentials };
            // Wrong credentials are told here, not in the middle of something.
            let client = auth0::Client::new(config.clone()).map_err(Failure::usage)?;
            client.scopes().await?;
            app.mean_tenant(Some(config))?;
        }
    }
    app.note(format!("From now on {} is meant.", app.meant_tenant().title));
    Ok(Redirect::to("/connections"))
}

//! `/connections/tenant`: which tenant is meant. Credentials are kept in memory, and in the key ring when that is asked for.

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
use crate::memory::KeptTenant;
use crate::ui::{action, csrf};

pub(super) async fn show(State(app): State<App>) -> Markup {
    let meant = app.setup().meant_tenant();
    let kept = app.setup().memory().tenant;
    let (domain, client_id) =
        kept.as_ref().map_or(("", ""), |kept| (kept.domain.as_str(), kept.client_id.as_str()));
    let main = html! {
        p { "Now: " strong { (meant.title) } "." }
        @if let Some(kept) = &kept { (of_ring(&app, kept)) }
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
            input id="domain" name="domain" value=(domain) required placeholder="acme.eu.auth0.com" aria-describedby="domain-hint";
            p.hint id="domain-hint" { "Or host:port of a tenant on this machine." }
            label for="client_id" { "Client ID" }
            input id="client_id" name="client_id" value=(client_id) required;
            label for="client_secret" { "Client secret" }
            input id="client_secret" name="client_secret" type="password" required autocomplete="off" aria-describedby="secret-hint";
            p.hint id="secret-hint" { "Of a machine-to-machine application with the scopes of the Management API for connections, applications, users and jobs. It stays in the memory of this process, unless you have it kept." }
            (app.setup().ring().field(kept.is_some()))
            div.row { button { "Connect" } }
        }
    };
    frame::page(&app, "/connections", "Tenant", main)
}

/// The tenant whose secret is in the key ring.
fn of_ring(app: &App, kept: &KeptTenant) -> Markup {
    html! {
        h2 { "In the key ring" }
        p { "The client secret of " strong { (kept.domain) } " is kept in the key ring of this machine."
            @if kept.meant { " The next start means this tenant again." } }
        div.row {
            @if !kept.meant {
                form.inline method="post" action="/connections/tenant" {
                    (csrf(app))
                    input type="hidden" name="kind" value="kept";
                    button { "Use it" }
                }
            }
            (action(app, "/connections/tenant/forget", "Forget it", "in the key ring", "quiet"))
        }
    }
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Choice {
    Local,
    Kept,
    Real { domain: String, client_id: String, client_secret: SecretString, keep: Option<String> },
}

pub(super) async fn change(
    State(app): State<App>,
    Form(choice): Form<Choice>,
) -> Result<Redirect, PageError> {
    if app.work().importing().is_some() {
        return Err(Failure::refused("an import is under way; pause it before you change the tenant").into());
    }
    match choice {
        Choice::Local => {
            app.setup().mean_tenant(None)?;
            app.setup().mean_kept(false)?;
        }
        Choice::Kept => app.setup().use_kept_tenant()?,
        Choice::Real { domain, client_id, client_secret, keep } => {
            let (domain, client_id) = (domain.trim().to_owned(), client_id.trim().to_owned());
            let tenant = KeptTenant { domain, client_id, meant: true };
            let config = tenant.config(client_secret.clone())?;
            // Wrong credentials are told here, not in the middle of something.
            let client = auth0::Client::new(config.clone()).map_err(Failure::usage)?;
            client.scopes().await?;
            app.setup().mean_tenant(Some(config))?;
            app.setup().keep_tenant(tenant, keep.map(|_| &client_secret))?;
        }
    }
    app.note(format!("From now on {} is meant.", app.setup().meant_tenant().title));
    Ok(Redirect::to("/connections"))
}

pub(super) async fn forget(State(app): State<App>) -> Result<Redirect, PageError> {
    app.setup().forget_tenant()?;
    app.note("The key ring has forgotten the tenant's client secret.");
    Ok(Redirect::to("/connections/tenant"))
}

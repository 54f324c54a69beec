//! `/connections/tenant`: which tenant is meant. Credentials are kept in memory, and in the key ring when that is asked for.

use std::time::Duration;

use auth0::{Client, Config, Error};
use axum::Form;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::Failure;
use maud::{Markup, html};
use secrecy::SecretString;
use serde::Deserialize;

use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::memory::KeptTenant;
use crate::mistake::{Mistake, Mistaken};
use crate::obstacle::{PATIENCE, Way};
use crate::setup::place;
use crate::ui::{Answer, action, csrf, is_begun, see_other, trying};

/// What the form of a real tenant holds, but for the secret.
#[derive(Debug, Default)]
struct Filled {
    domain: String,
    client_id: String,
    keep: bool,
}

pub(super) async fn show(State(app): State<App>) -> Markup {
    let filled = app.setup().memory().tenant.map_or_else(Filled::default, |kept| Filled {
        domain: kept.domain,
        client_id: kept.client_id,
        keep: true,
    });
    page(&app, &filled, Mistaken::default())
}

fn page(app: &App, filled: &Filled, mistaken: Mistaken<'_>) -> Markup {
    let meant = app.setup().meant_tenant();
    let kept = app.setup().memory().tenant;
    let main = html! {
        p { "Now: " strong { (meant.title) } "." }
        (mistaken.below("tenant"))
        @if let Some(kept) = &kept { (of_ring(app, kept)) }
        form.stack method="post" action="/connections/tenant" {
            (csrf(app))
            input type="hidden" name="kind" value="local";
            h2 { "Rehearse against the local tenant" }
            p.hint { "A tenant on this machine that behaves like Auth0. Its data is in the home folder; nothing leaves the machine." }
            div.row { button { "Use the local tenant" } }
        }
        form.stack method="post" action="/connections/tenant" autocomplete="off" hx-post="/connections/tenant" hx-target="#tried" {
            (csrf(app))
            input type="hidden" name="kind" value="real";
            h2 { "Use a real tenant" }
            label for="domain" { "Domain" }
            input id="domain" name="domain" value=(filled.domain) required placeholder="acme.eu.auth0.com"
                aria-invalid=[mistaken.invalid("domain")] aria-describedby=[mistaken.described("domain", "domain-hint")];
            p.hint id="domain-hint" { "Or host:port of a tenant on this machine." }
            (mistaken.below("domain"))
            label for="client_id" { "Client ID" }
            input id="client_id" name="client_id" value=(filled.client_id) required
                aria-invalid=[mistaken.invalid("client_id")] aria-describedby=[mistaken.described("client_id", "")];
            (mistaken.below("client_id"))
            label for="client_secret" { "Client secret" }
            input id="client_secret" name="client_secret" type="password" required autocomplete="off"
                aria-invalid=[mistaken.invalid("client_secret")] aria-describedby=[mistaken.described("client_secret", "secret-hint")];
            p.hint id="secret-hint" { "Of a machine-to-machine application with the scopes of the Management API for connections, applications, users and jobs. It stays in the memory of this process, unless you have it kept." }
            (mistaken.below("client_secret"))
            (app.setup().ring().field(filled.keep))
            div.row { button { "Connect" } }
            div id="tried" aria-live="polite" {}
        }
    };
    frame::page(app, "/connections", "Tenant", main)
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

/// How a request ended that changed the tenant.
fn done(app: &App, headers: &HeaderMap) -> Response {
    app.note(format!("From now on {} is meant.", app.setup().meant_tenant().title));
    see_other("/connections", headers)
}

pub(super) async fn change(
    State(app): State<App>,
    headers: HeaderMap,
    Form(choice): Form<Choice>,
) -> Response {
    let filled = match &choice {
        Choice::Real { domain, client_id, keep, .. } => {
            Filled { domain: domain.clone(), client_id: client_id.clone(), keep: keep.is_some() }
        }
        _ => Filled::default(),
    };
    if matches!(choice, Choice::Real { .. }) && is_begun(&headers) {
        let what = format!(
            "Connecting to {}: it has {} s for its answer.",
            filled.domain.trim(),
            PATIENCE.as_secs()
        );
        return trying("/connections/tenant", &what, Answer::Page).into_response();
    }
    match changed(&app, choice).await {
        Ok(()) => done(&app, &headers),
        Err(mistake) => mistake.answer(page(&app, &filled, Mistaken(Some(&mistake)))),
    }
}

async fn changed(app: &App, choice: Choice) -> Result<(), Mistake> {
    let mistake = |failure: Failure| Mistake::at("tenant", failure);
    if app.work().importing().is_some() {
        return Err(mistake(Failure::refused(
            "an import is under way; let it come to its end, or pause it, before you change the tenant",
        )));
    }
    match choice {
        Choice::Local => {
            app.setup().mean_tenant(None).map_err(mistake)?;
            app.setup().mean_kept(false).map_err(mistake)
        }
        Choice::Kept => app.setup().use_kept_tenant().map_err(mistake),
        Choice::Real { domain, client_id, client_secret, keep } => {
            let (domain, client_id) = (domain.trim().to_owned(), client_id.trim().to_owned());
            let tenant = KeptTenant { domain, client_id, meant: true };
            let config =
                tenant.config(client_secret.clone()).map_err(|failure| Mistake::at("domain", failure))?;
            // Wrong credentials are told here, not in the middle of something.
            try_out(&config, PATIENCE).await?;
            app.setup().mean_tenant(Some(config)).map_err(mistake)?;
            app.setup().keep_tenant(tenant, keep.map(|_| &client_secret)).map_err(mistake)
        }
    }
}

/// Fetches a token; somebody waits for it.
pub(crate) async fn try_out(config: &Config, patience: Duration) -> Result<(), Mistake> {
    let client = Client::trying_once(config.clone(), patience)
        .map_err(|error| Mistake::at("domain", Failure::usage(error)))?;
    let fields = ("domain", "client_id");
    let way = Way { host: place(&client), fields, roots: "AUTH0_CA", patience };
    way.tried(client.scopes(), refused).await.map(|_| ())
}

/// The field that a refusal is about, and what to do. Source of the texts: Auth0, "Client Credentials Flow".
fn refused(error: &Error) -> Option<(&'static str, String)> {
    let refusal = match error {
        Error::Refused { refusal, .. } => refusal,
        Error::Answer { .. } => {
            return Some(("domain", "what answers there is no tenant of Auth0. Check the domain".to_owned()));
        }
        _ => return None,
    };
    let (field, what) = match (refusal.status, refusal.error.as_str()) {
        (401, _) => {
            ("client_secret", "the tenant does not know this client ID with this secret. Copy both again")
        }
        (403, "unauthorized_client") => (
            "client_id",
            "the application is no machine-to-machine application. Switch its grant type Client Credentials on",
        ),
        (403, _) => (
            "client_id",
            "the application may not use the Management API of this tenant. Authorize it for that API at the tenant",
        ),
        (404, _) => ("domain", "there is no tenant of Auth0. Check the domain"),
        _ => return None,
    };
    Some((field, format!("{what} (the tenant says: {refusal})")))
}

pub(super) async fn forget(State(app): State<App>) -> Result<Redirect, PageError> {
    app.setup().forget_tenant()?;
    app.note("The key ring has forgotten the tenant's client secret.");
    Ok(Redirect::to("/connections/tenant"))
}

//! `/connections/ID`: which applications may use a connection, each with a switch.

use auth0::{Application, NewApplication};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

use super::list::kind;
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::mistake::{Mistake, Mistaken};
use crate::ui::csrf;

/// Types of applications, as the API names them and as the Dashboard does.
const TYPES: [(&str, &str); 4] = [
    ("regular_web", "Regular web application"),
    ("spa", "Single-page application"),
    ("native", "Native application"),
    ("non_interactive", "Machine to machine"),
];

pub(super) async fn show(State(app): State<App>, Path(id): Path<String>) -> Result<Markup, PageError> {
    page(&app, &id, &New::default(), Mistaken::default()).await
}

/// The page, with what is typed for a new application.
async fn page(app: &App, id: &str, new: &New, mistaken: Mistaken<'_>) -> Result<Markup, PageError> {
    let client = app.setup().tenant().await?.client;
    let connection = client.connection(id).await?;
    let enabled = client.enabled_clients(id).await?;
    let mut applications = client.applications().await?;
    applications.retain(|application| !application.global);
    let main = html! {
        p { (kind(&connection)) ", logs in with " (connection.identifiers().join(", ")) "."
            @for word in connection.required() { " A " (word) " is demanded of everybody: accounts without one are set aside." } }
        h2 { "Applications" }
        @if enabled.is_empty() {
            div.attention {
                p { strong { "No application uses this connection." } " Auth0 imports nobody into it, and nobody could log in." }
                @if let Some(first) = applications.first() {
                    (switch_form(app, id, first, true, &format!("Enable it for {}", first.name), "button"))
                }
            }
        }
        @if !applications.is_empty() {
            div.scroll { table {
                thead { tr { th scope="col" { "Application" } th scope="col" { "Type" } th scope="col" { "Enabled" } } }
                tbody { @for application in &applications {
                    @let on = enabled.contains(&application.client_id);
                    tr {
                        th scope="row" { (application.name) span.why { code { (application.client_id) } } }
                        td { (application.app_type.as_deref().unwrap_or("–").replace('_', " ")) }
                        td { (switch_button(app, id, application, on)) }
                    }
                } }
            } }
        }
        details open[mistaken.0.is_some()] {
            summary { "Create an application" }
            form.stack method="post" action=(format!("/connections/{id}/applications/new")) {
                (csrf(app))
                label for="application" { "Name" }
                input id="application" name="name" value=(new.name) required maxlength="150" autocomplete="off"
                    aria-invalid=[mistaken.invalid("application")] aria-describedby=[mistaken.described("application", "")];
                (mistaken.below("application"))
                label for="type" { "Type" }
                select id="type" name="app_type" {
                    @for (value, words) in TYPES { option value=(value) selected[value == new.app_type] { (words) } }
                }
                div.row { button { "Create and enable" } }
            }
        }
        p.then { "Next: " a href="/source" { "choose where the accounts come from" } ", or go back to " a href="/connections" { "all connections" } "." }
    };
    Ok(frame::page(app, "/connections", &connection.name, main))
}

fn switch_button(app: &App, id: &str, application: &Application, on: bool) -> Markup {
    html! {
        form.inline method="post" action=(format!("/connections/{id}/applications")) {
            (csrf(app))
            input type="hidden" name="client_id" value=(application.client_id);
            input type="hidden" name="on" value=(!on);
            button.switch type="submit" role="switch" aria-checked=(on) aria-label=(format!("{} uses this connection", application.name)) {
                span { (if on { "on" } else { "off" }) }
            }
        }
    }
}

fn switch_form(app: &App, id: &str, application: &Application, on: bool, label: &str, class: &str) -> Markup {
    html! {
        form.inline method="post" action=(format!("/connections/{id}/applications")) {
            (csrf(app))
            input type="hidden" name="client_id" value=(application.client_id);
            input type="hidden" name="on" value=(on);
            button class=(class) { (label) }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Switch {
    client_id: String,
    on: bool,
}

pub(super) async fn switch(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(switch): Form<Switch>,
) -> Result<Redirect, PageError> {
    let client = app.setup().tenant().await?.client;
    client.switch_client(&id, &switch.client_id, switch.on).await?;
    Ok(Redirect::to(&format!("/connections/{id}")))
}

/// A new application, as it is typed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct New {
    name: String,
    app_type: String,
}

pub(super) async fn create(
    State(app): State<App>,
    Path(id): Path<String>,
    Form(new): Form<New>,
) -> Result<Response, PageError> {
    match created(&app, &id, &new).await {
        Ok(()) => Ok(Redirect::to(&format!("/connections/{id}")).into_response()),
        Err(mistake) => {
            let page = page(&app, &id, &new, Mistaken(Some(&mistake))).await?;
            Ok(mistake.answer(page))
        }
    }
}

async fn created(app: &App, id: &str, new: &New) -> Result<(), Mistake> {
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.contains(['<', '>']) {
        let rule = PageError::bad("an application needs a name, without < and >");
        return Err(Mistake::at("application", rule));
    }
    let refused = |error: auth0::Error| Mistake::at("application", error);
    let tenant = app.setup().tenant().await.map_err(|failure| Mistake::at("application", failure))?;
    let new = NewApplication { name, app_type: new.app_type.clone() };
    let application = tenant.client.create_application(&new).await.map_err(refused)?;
    tenant.client.enable_client(id, &application.client_id).await.map_err(refused)?;
    app.note(format!("{} is there and may use the connection.", application.name));
    Ok(())
}

//! `POST /lanes/RUN/finish`: the end of the lane `lazy`, after which nobody is looked up at the site any more.

use auth0::Connection;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::Failure;
use engine::lanes::{self, Scripts};
use maud::{Markup, html};
use migration::report::html::figures::count;
use serde::Deserialize;

use super::{find, reached};
use crate::app::App;
use crate::error::PageError;
use crate::setup::Tenant;
use crate::ui::csrf;

/// What the end does, and the button for it; `waiting` have not come over.
pub(super) async fn section(
    app: &App,
    run: &str,
    tenant: &Tenant,
    connection: &str,
    waiting: u64,
) -> Result<Markup, PageError> {
    let connection = named(tenant, connection).await?;
    let name = &connection.name;
    Ok(match Scripts::of(&connection) {
        Scripts::Ours => html! {
            h3 { "The end of this lane" }
            form.stack method="post" action=(format!("/lanes/{run}/finish")) {
                (csrf(app))
                p { "Before the site is switched off, the scripts of " strong { (name) } " are replaced by some that ask nobody, and the keys of the site are removed from it. Whoever has come over keeps logging in." }
                @if waiting > 0 { p.problem { (count(waiting)) " have not come over, and cannot log in from then on until they are imported without a password. This cannot be undone here." } }
                label.check { input type="checkbox" name="agree" required; " Replace the scripts of " strong { (name) } " at " strong { (app.setup().meant_tenant().title) } }
                div.row { button { "End the Lane" } }
            }
        },
        Scripts::Final => {
            html! { p.done { "The lane has come to its end: the scripts of " strong { (name) } " ask nobody." } }
        }
        scripts @ (Scripts::Foreign | Scripts::None) => html! {
            p.hint { "The scripts of " strong { (name) } " are " (scripts.sentence()) ", so its end is not brought about here." }
        },
    })
}

async fn named(tenant: &Tenant, connection: &str) -> Result<Connection, PageError> {
    let found = tenant.client.connection_by_name(connection).await?;
    found.ok_or_else(|| Failure::refused(format!("the tenant has no connection {connection}")).into())
}

#[derive(Deserialize)]
pub(super) struct End {
    agree: Option<String>,
}

pub(super) async fn finish(
    State(app): State<App>,
    Path(run): Path<String>,
    Form(end): Form<End>,
) -> Result<Redirect, PageError> {
    let folder = find(&app, &run)?;
    if end.agree.is_none() {
        return Err(Failure::refused("nothing was changed: say that the scripts shall be replaced").into());
    }
    let (tenant, connection) = reached(&app, &folder).await?;
    let connection = named(&tenant, &connection).await?;
    lanes::finish(&tenant.client, &connection).await?;
    app.note(format!("The lane has come to its end: the scripts of {} ask nobody.", connection.name));
    Ok(Redirect::to(&format!("/lanes?run={run}")))
}

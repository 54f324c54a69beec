//! The form that starts importing.

use axum::Form;
use axum::extract::State;
use axum::response::Redirect;
use engine::Failure;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::error::PageError;
use crate::ui::csrf;
use crate::work::{Orders, State as Standing};

/// The form. The tenant is asked for its connections; what it cannot say is said in its place.
pub(super) async fn form(app: &App) -> Markup {
    let connections = match app.setup().tenant().await {
        Ok(tenant) => tenant.client.database_connections().await.map_err(|error| error.to_string()),
        Err(failure) => Err(failure.to_string()),
    };
    let several = app.work().shown().iter().filter(|item| item.state() == Standing::Ready).count() > 1;
    let chosen = app.setup().connection();
    let meant = app.setup().meant_tenant();
    html! {
        section aria-labelledby="start" {
            h2 id="start" { "Start" }
            @match connections {
                Err(why) => { p.problem role="alert" { "The tenant cannot be asked for its connections: " (why) } }
                Ok(connections) => {
                    form.stack method="post" action="/import/start" {
                        (csrf(app))
                        label for="connection" { "Database connection" }
                        select id="connection" name="connection" {
                            @if !connections.iter().any(|connection| connection.name == chosen) {
                                option value=(chosen) selected { (chosen) " (will be created)" }
                            }
                            @for connection in &connections {
                                option value=(connection.name) selected[connection.name == chosen] { (connection.name) }
                            }
                        }
                        label.check { input type="checkbox" name="upsert"; " change users who are there already (upsert); passwords never change" }
                        @if meant.is_real {
                            label.check { input type="checkbox" name="agree" required; " I know that these users are written to the real tenant " strong { (meant.title) } }
                        }
                        @if several { p.hint { "Several runs are ready, and each is an import of its own. Who is in two of them is found at the tenant: there already, or refused." } }
                        div.row { button.primary { "Start Importing Users" } }
                    }
                }
            }
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Start {
    connection: String,
    upsert: Option<String>,
    agree: Option<String>,
}

pub(super) async fn start(State(app): State<App>, Form(form): Form<Start>) -> Result<Redirect, PageError> {
    let tenant = app.setup().tenant().await?;
    if tenant.is_real() && form.agree.is_none() {
        return Err(
            Failure::refused(format!("{} is a real tenant; say that you know it", tenant.name)).into()
        );
    }
    let orders =
        Orders { tenant: tenant.name, connection: form.connection.clone(), upsert: form.upsert.is_some() };
    app.setup().remember(|memory| memory.connection = Some(form.connection))?;
    let ready = app.work().shown().into_iter().filter(|item| item.state() == Standing::Ready);
    let started = ready.filter(|item| item.order(Some(orders.clone()))).count();
    app.work().touch();
    app.note(match started {
        0 => "Nothing is ready to be imported: drop a file or prepare the source first.".to_owned(),
        1 => "One run is being imported.".to_owned(),
        more => format!("{more} runs are being imported, one after the other."),
    });
    Ok(Redirect::to("/import"))
}

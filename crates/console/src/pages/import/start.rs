//! The form that starts importing.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::Failure;
use maud::{Markup, html};
use serde::Deserialize;

use super::page;
use crate::app::App;
use crate::mistake::{Mistake, Mistaken};
use crate::ui::csrf;
use crate::work::Orders;

/// The form. The tenant is asked for its connections; what it cannot say is said in its place.
pub(super) async fn form(app: &App, filled: &Start, mistaken: Mistaken<'_>) -> Markup {
    let connections = match app.setup().tenant().await {
        Ok(tenant) => tenant.client.database_connections().await.map_err(|error| error.to_string()),
        Err(failure) => Err(failure.to_string()),
    };
    let ready = app.work().shown().iter().filter(|item| item.is_ready()).count();
    let chosen = &filled.connection;
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
                            @if !connections.iter().any(|connection| connection.name == *chosen) {
                                option value=(chosen) selected { (chosen) " (will be created)" }
                            }
                            @for connection in &connections {
                                option value=(connection.name) selected[connection.name == *chosen] { (connection.name) }
                            }
                        }
                        label.check { input type="checkbox" name="upsert" checked[filled.upsert.is_some()]; " change users who are there already (upsert); passwords never change" }
                        @if meant.is_real {
                            label.check { input type="checkbox" name="agree" required aria-invalid=[mistaken.invalid("agree")] aria-describedby=[mistaken.described("agree", "")]; " I know that these users are written to the real tenant " strong { (meant.title) } }
                        }
                        (mistaken.below("agree"))
                        (mistaken.below("start"))
                        @if ready > 1 { p.hint { "Several runs are ready, and each is an import of its own. Who is in two of them is found at the tenant: there already, or refused." } }
                        div.row sse-swap="import-start" { (offer(app)) }
                    }
                }
            }
        }
    }
}

/// The button; or why there is none, once something is prepared.
pub(super) fn offer(app: &App) -> Markup {
    let shown = app.work().shown();
    let nobody = !shown.iter().any(|item| item.is_ready()) && shown.iter().any(|item| item.holds_nobody());
    html! {
        @if nobody {
            p { "There is nothing to import: nobody is in what was prepared. The table says why, and its numbers lead to each record that was set aside." }
        } @else {
            button.primary { "Start Importing Users" }
        }
    }
}

/// What the form holds.
#[derive(Debug, Deserialize)]
pub(super) struct Start {
    connection: String,
    upsert: Option<String>,
    agree: Option<String>,
}

impl Start {
    /// What it begins with.
    pub(super) fn first(app: &App) -> Self {
        Self { connection: app.setup().connection(), upsert: None, agree: None }
    }
}

pub(super) async fn start(State(app): State<App>, Form(form): Form<Start>) -> Response {
    match started(&app, &form).await {
        Ok(()) => Redirect::to("/import").into_response(),
        Err(mistake) => mistake.answer(page(&app, &form, Mistaken(Some(&mistake))).await),
    }
}

async fn started(app: &App, form: &Start) -> Result<(), Mistake> {
    let tenant = app.setup().tenant().await.map_err(|failure| Mistake::at("start", failure))?;
    if tenant.is_real() && form.agree.is_none() {
        let unsaid = Failure::refused(format!("{} is a real tenant; say that you know it", tenant.name));
        return Err(Mistake::at("agree", unsaid));
    }
    let (connection, upsert) = (form.connection.clone(), form.upsert.is_some());
    let orders = Orders { tenant: tenant.name, connection: connection.clone(), upsert };
    app.setup()
        .remember(|memory| memory.connection = Some(connection))
        .map_err(|failure| Mistake::at("start", failure))?;
    let ready = app.work().shown().into_iter().filter(|item| item.is_ready());
    let started = ready.filter(|item| item.order(Some(orders.clone()))).count();
    app.work().touch();
    app.note(match started {
        0 if app.work().shown().iter().any(|item| item.holds_nobody()) => {
            "There is nothing to import: nobody is in what was prepared.".to_owned()
        }
        0 => "Nothing is ready to be imported: drop a file or prepare the source first.".to_owned(),
        1 => "One run is being imported.".to_owned(),
        more => format!("{more} runs are being imported, one after the other."),
    });
    Ok(())
}

//! The form that starts importing.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::Failure;
use maud::{Markup, html};
use serde::Deserialize;

use super::page;
use crate::app::App;
use crate::error::PageError;
use crate::mistake::{Mistake, Mistaken};
use crate::ui::csrf;
use crate::work::{Item, Orders};

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
    let takes =
        taken(&tenant.client, &orders.connection).await.map_err(|error| Mistake::at("start", error))?;
    let (mut started, mut anew, mut left) = (0, 0, None);
    for item in app.work().shown().into_iter().filter(|item| item.is_ready()) {
        match &takes {
            Some(takes) if !item.fits(takes) => {
                if item.prepare_anew() {
                    anew += 1;
                } else {
                    left = Some(unfit(&item, &orders.connection, takes));
                }
            }
            _ => started += usize::from(item.order(Some(orders.clone()))),
        }
    }
    app.work().touch();
    if let Some(error) = left {
        return Err(Mistake::at("start", error));
    }
    app.note(said(app, started, anew, &orders.connection));
    Ok(())
}

/// By what a connection knows its users; none when there is no such connection yet, or nothing can be said of it.
async fn taken(client: &auth0::Client, connection: &str) -> Result<Option<Vec<String>>, PageError> {
    let connection = client.connection_by_name(connection).await?.filter(|found| !found.options.is_empty());
    Ok(connection.map(|found| found.identifiers().into_iter().map(str::to_owned).collect()))
}

/// A run that was prepared elsewhere goes into connections like that for which it was prepared.
fn unfit(item: &Item, connection: &str, takes: &[String]) -> PageError {
    PageError::bad(format!(
        "run {} was prepared for a connection that knows its users otherwise than {connection}, which takes {}; choose another \
         connection for it",
        item.name(),
        takes.join(", "),
    ))
}

/// What has become of the button.
fn said(app: &App, started: usize, anew: usize, connection: &str) -> String {
    match (started, anew) {
        (0, 0) if app.work().shown().iter().any(|item| item.holds_nobody()) => {
            "There is nothing to import: nobody is in what was prepared.".to_owned()
        }
        (0, 0) => "Nothing is ready to be imported: drop a file or prepare the source first.".to_owned(),
        (0, _) => format!(
            "Nothing was started: {connection} knows its users otherwise than the connection that this was prepared for. It is \
             prepared anew; look at it, and start it then."
        ),
        (1, 0) => "One run is being imported.".to_owned(),
        (more, 0) => format!("{more} runs are being imported, one after the other."),
        (some, more) => format!(
            "{some} of {} runs are being imported. The others are prepared anew, since {connection} knows its users otherwise.",
            some + more
        ),
    }
}

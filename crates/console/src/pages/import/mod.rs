//! `/import`: files and the source are prepared here, and imported when a person says so.

mod acts;
mod choices;
mod start;
mod table;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use maud::{Markup, html};

use crate::app::App;
use crate::frame;
use crate::mistake::Mistaken;
use crate::ui::{csrf, spoken};

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/import", get(show))
        .route("/import/source", post(acts::source))
        .route("/import/choices", post(choices::change))
        .route("/import/start", post(start::start))
        .route("/import/clear", post(acts::clear))
        .route("/import/{run}/{act}", post(acts::act))
        .route("/import/{run}/files/{act}", post(acts::file))
}

async fn show(State(app): State<App>) -> Markup {
    page(&app, &start::Start::first(&app), Mistaken::default()).await
}

/// The page, with what is chosen for the start.
async fn page(app: &App, start: &start::Start, mistaken: Mistaken<'_>) -> Markup {
    let main = html! {
        section aria-labelledby="what" {
            h2 id="what" { "What is imported" }
            (from_source(app))
            form.drop id="drop" method="post" action="/import/files" enctype="multipart/form-data" {
                (csrf(app))
                label for="files" { "Drop files here, or choose them" }
                p.hint id="files-hint" { "Exports of Gigya, files of Auth0 users (JSON, NDJSON, CSV), prepared parts; plain, .gz or .zip, of any size. Accounts of all files are one import, and so are users: who is in two files is found before anything is written." }
                input id="files" name="files" type="file" multiple aria-describedby="files-hint";
                button.quiet { "Upload" }
                ul id="uploads" aria-live="polite" {}
            }
        }
        (choices::form(app))
        div hx-ext="sse" sse-connect="/events?show=import" {
            p.away role="status" sse-swap="import-status" { (status(app)) }
            div sse-swap="import" { (live(app)) }
            (start::form(app, start, mistaken).await)
        }
    };
    frame::page(app, "/import", "Import", main)
}

/// The source that was chosen, to be prepared with one click.
fn from_source(app: &App) -> Markup {
    html! {
        @match app.setup().memory().source {
            Some(source) => {
                form.row method="post" action="/import/source" {
                    (csrf(app))
                    p { "The source: " strong { (crate::work::Origin::Source(source).title()) } }
                    button.quiet { "Prepare its accounts" }
                    a href="/source" { "Change" }
                }
            }
            None => { p { "No source is chosen. " a href="/source" { "Choose a site or files" } ", or drop files here." } }
        }
    }
}

/// What moves.
pub(crate) fn live(app: &App) -> Markup {
    table::drawn(app)
}

/// The button that starts, or why there is none.
pub(crate) fn offer(app: &App) -> Markup {
    start::offer(app)
}

/// What is spoken aloud.
pub(crate) fn status(app: &App) -> Markup {
    html! { @for item in app.work().shown() { (item.origin().title()) ": " (spoken(&item)) ". " } }
}

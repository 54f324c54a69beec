//! `/source`: where the accounts come from.

mod choose;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};

use crate::app::App;
use crate::frame;
use crate::ui::csrf;
use crate::work::Origin;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/source", get(show).post(choose::choose))
}

async fn show(State(app): State<App>) -> Markup {
    let source = app.memory().source;
    let main = html! {
        @if let Some(source) = &source {
            p { "Chosen: " strong { (Origin::Source(source.clone()).title()) } "." }
        }
        form.stack method="post" action="/source" {
            (csrf(&app))
            input type="hidden" name="kind" value="local_site";
            h2 { "The local site" }
            p.hint { "A Gigya site on this machine. It is filled with the sample when it is empty." }
            div.row { button { "Use the local site" } }
        }
        form.stack method="post" action="/source" {
            (csrf(&app))
            input type="hidden" name="kind" value="files";
            h2 { "Files on this machine" }
            label for="path" { "File, folder or glob" }
            input id="path" name="path" required autocomplete="off" aria-describedby="path-hint";
            p.hint id="path-hint" { "An export: JSON array, NDJSON, an object that wraps an array, or DSV; plain, .gz or .zip." }
            div.row { button { "Use these files" } }
        }
        p.then { "Next: " a href="/import" { "prepare and import" } "." }
    };
    frame::page(&app, "/source", "Source", main)
}

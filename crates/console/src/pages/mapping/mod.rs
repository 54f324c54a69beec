//! `/mapping`: one account of the source on the left, the user that it becomes on the right, and the document that says how.
//!
//! The page is one form: document, account and what was typed go along with every button, so that nothing that was edited
//! is lost. With htmx only the result is drawn anew.

mod columns;
mod drawn;
mod keep;
mod look;
mod outcome;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use maud::{Markup, html};

use self::look::Look;
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::csrf;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/mapping", get(show).post(keep::keep))
        .route("/mapping/look", post(look::look))
        .route("/mapping/default", post(keep::default))
}

async fn show(State(app): State<App>) -> Result<Markup, PageError> {
    page(&app, &Look::first(app.setup().mapping_text())).await
}

/// The whole page.
async fn page(app: &App, look: &Look) -> Result<Markup, PageError> {
    let kept = app.setup().mapping_text();
    let is_default = kept == mapping::DEFAULT;
    let main = html! {
        p { "What the mapping makes of one account, before anything is imported." }
        p id="kept" role="status" { (standing(look, &kept)) }
        form.mapping id="mapping" method="post" action="/mapping" {
            (csrf(app))
            @if app.setup().memory().source.is_none() {
                p.problem { "No source is chosen, so there is no account to look at. " a href="/source" { "Choose one" } "." }
            } @else {
                (chooser(look))
            }
            div id="result" { (look::result(app, look).await?) }
            (editor(look, &kept))
        }
        @if !is_default {
            form.inline method="post" action="/mapping/default" { (csrf(app)) button.quiet { "Back to the default mapping" } }
        }
        p.then { "Next: " a href="/import" { "prepare and import" } "." }
    };
    Ok(frame::page(app, "/mapping", "Mapping", main))
}

/// Whether what is shown is the mapping that is kept.
fn standing(look: &Look, kept: &str) -> Markup {
    html! {
        @if look.document != kept { strong.bad { "Not kept yet." } " The next run uses the mapping that was kept last, until you keep this one." }
        @else if kept == mapping::DEFAULT { "This mapping is used by the next run: the default one." }
        @else { "This mapping is used by the next run." }
    }
}

/// The same beside the button, where it is typed.
fn unkept(look: &Look, kept: &str) -> Markup {
    html! { @if look.document != kept { strong.bad { "Not kept yet." } } }
}

/// Both, in the answer to htmx.
fn standing_now(app: &App, look: &Look) -> Markup {
    let kept = app.setup().mapping_text();
    html! {
        p id="kept" hx-swap-oob="innerHTML" { (standing(look, &kept)) }
        span id="unkept" hx-swap-oob="innerHTML" { (unkept(look, &kept)) }
    }
}

/// Another account.
fn chooser(look: &Look) -> Markup {
    let act = |name: &str, label: &str| {
        html! {
            button.quiet name="act" value=(name) formaction="/mapping/look" hx-post="/mapping/look" hx-target="#result" { (label) }
        }
    };
    html! {
        div.row {
            label for="name" { "UID or email" }
            input id="name" name="name" value=(look.name) autocomplete="off";
            (act("show", "Show this account")) (act("next", "Next account")) (act("random", "A random one"))
        }
    }
}

fn editor(look: &Look, kept: &str) -> Markup {
    html! {
        h2 { "The mapping" }
        label for="document" { "Target = source, in TOML" }
        p.hint id="document-hint" { "What you change shows above at once and is used when you keep it. A member of the account that no line names reaches nowhere." }
        textarea.code id="document" name="document" data-lines rows="26" spellcheck="false" wrap="off" autocomplete="off" autocapitalize="off" aria-describedby="document-hint"
            hx-post="/mapping/look" hx-trigger="input changed delay:300ms" hx-target="#result" { "\n" (look.document) }
        div.row { button { "Keep this mapping" } span id="unkept" { (unkept(look, kept)) } }
    }
}

//! `/source`: where the accounts come from, and what they are like.

mod choose;
mod count;
mod fields;
mod forms;
mod keys;
mod profile;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use maud::{Markup, html};

use self::forms::Filled;
use crate::app::App;
use crate::frame;
use crate::memory::SourceChoice;
use crate::mistake::Mistaken;
use crate::ui::action;
use crate::work::Origin;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/source", get(show).post(choose::choose))
        .route("/source/keys", post(keys::test))
        .route("/source/forget", post(keys::forget))
        .route("/source/count", get(count::poll).post(count::begin))
        .route("/source/count/stop", post(count::stop))
        .route("/source/fields", get(fields::show))
}

async fn show(State(app): State<App>) -> Markup {
    page(&app, &Filled::kept(&app), Mistaken::default(), None).await
}

/// The page, with what is typed into its forms, what is wrong with it, and what a site said to its keys.
async fn page(app: &App, filled: &Filled, mistaken: Mistaken<'_>, said: Option<Markup>) -> Markup {
    let source = app.setup().memory().source;
    // What was answered to a form is seen at once, however long the profile below it is.
    let is_answer = mistaken.0.is_some() || said.is_some();
    let main = html! {
        @match &source {
            None => {
                p { "Choose where the accounts come from. Nothing is changed there, and nothing is imported yet." }
                (forms::all(app, true, filled, mistaken, said))
            }
            Some(source) => {
                p { "The source is " strong { (Origin::Source(source.clone()).title()) } "." @if needs_keys(app, source) {
                    " " span.bad { "Its keys are not known any more: they are stored only when you ask for it. Enter them again below." }
                } }
                @if app.setup().memory().site_kept {
                    div.row { p { "Its keys are in the key ring of this machine." } (action(app, "/source/forget", "Forget them", "in the key ring", "quiet")) }
                }
                @let others = html! { details open[is_answer] { summary { "Choose another source" } (forms::all(app, false, filled, mistaken, said)) } };
                @if is_answer { (others) }
                (count::section(app, source).await)
                @if !is_answer { (others) }
                p.then { "Next: " a href="/mapping" { "see what becomes of an account" } ", or " a href="/import" { "prepare and import" } "." }
            }
        }
    };
    frame::page(app, "/source", "Source", main)
}

/// A site that was chosen before the server was started again.
fn needs_keys(app: &App, source: &SourceChoice) -> bool {
    matches!(source, SourceChoice::Site { .. }) && app.setup().site().is_none()
}

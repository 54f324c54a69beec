//! Counting the source: `POST /source/count` begins, `GET` says how far it is.

use std::sync::atomic::Ordering::Relaxed;

use axum::extract::State;
use axum::response::Redirect;
use maud::{Markup, html};
use migration::report::html::figures::{bytes, count, duration};

use super::profile;
use crate::app::App;
use crate::census::Running;
use crate::error::PageError;
use crate::memory::SourceChoice;
use crate::ui::{action, csrf, meter, number_of};
use crate::work::Origin;

/// The profile of the source, or what to do for one. While it is counted, htmx asks again and again.
pub(super) async fn section(app: &App, source: &SourceChoice) -> Markup {
    html! {
        section aria-labelledby="profile" {
            h2 id="profile" { "What the accounts are like" }
            p.away role="status" id="spoken" { (spoken(app, source)) }
            (live(app, source).await)
        }
    }
}

/// What changes by itself.
async fn live(app: &App, source: &SourceChoice) -> Markup {
    if let Some(running) = app.census().running() {
        return html! {
            div id="counting" hx-get="/source/count" hx-trigger="every 500ms" hx-swap="outerHTML" {
                (under_way(&running))
                (action(app, "/source/count/stop", "Stop", "counting", "quiet"))
                noscript { p { a href="/source" { "Look again" } } }
            }
        };
    }
    html! {
        div id="counting" {
            @if let Some(why) = app.census().failed(source) { p.problem { "They could not be counted: " (why) } }
            @match app.census().counted(source) {
                None => {
                    p { "Nothing is known about them yet. Counting reads every account once and changes nothing." }
                    (begin_form(app, "Count the accounts", ""))
                }
                Some(counted) => {
                    @if let Some(behind) = counted.is_behind(app.setup()).await { p.problem { (behind) " Count again for the present figures." } }
                    (profile::drawn(&counted.report))
                    div.row {
                        p.hint { "Counted " (counted.at.strftime("%Y-%m-%d %H:%M")) " UTC with the mapping and the connection of that time." }
                        (begin_form(app, "Count again", "quiet"))
                    }
                }
            }
        }
    }
}

fn begin_form(app: &App, label: &str, class: &str) -> Markup {
    html! { form.inline method="post" action="/source/count" { (csrf(app)) button class=(class) { (label) } } }
}

fn under_way(running: &Running) -> Markup {
    let (recorded, total) = (running.reading.read.load(Relaxed), running.reading.total.load(Relaxed));
    let (read, size) = (running.counting.read.load(Relaxed), running.counting.bytes.load(Relaxed));
    let title = Origin::Source(running.source.clone()).title();
    html! {
        p {
            "Counting " strong { (title) } ": "
            @if read == 0 && total > 0 {
                "reading the site, " (count(recorded)) " of " (number_of(total.max(recorded), "account"))
                (meter(recorded, total, "read"))
            } @else {
                (number_of(read, "account")) ", " (bytes(size))
            }
            span.why { (duration(running.since.elapsed().as_secs_f64())) }
        }
    }
}

/// What is spoken aloud: it changes with the state only.
fn spoken(app: &App, source: &SourceChoice) -> &'static str {
    if app.census().running().is_some() {
        "The accounts are being counted."
    } else if app.census().failed(source).is_some() {
        "The accounts could not be counted."
    } else if app.census().counted(source).is_some() {
        "The accounts are counted."
    } else {
        ""
    }
}

pub(super) async fn begin(State(app): State<App>) -> Result<Redirect, PageError> {
    let source = app.setup().memory().source.ok_or_else(|| PageError::bad("choose a source first"))?;
    app.census().begin(app.setup(), source);
    Ok(Redirect::to("/source"))
}

pub(super) async fn stop(State(app): State<App>) -> Redirect {
    app.census().stop();
    Redirect::to("/source")
}

pub(super) async fn poll(State(app): State<App>) -> Result<Markup, PageError> {
    let source = app.setup().memory().source.ok_or_else(|| PageError::bad("choose a source first"))?;
    Ok(html! {
        (live(&app, &source).await)
        p.away role="status" id="spoken" hx-swap-oob="innerHTML" { (spoken(&app, &source)) }
    })
}

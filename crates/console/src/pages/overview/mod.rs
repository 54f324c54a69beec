//! `/`: where the migration stands, and the next step.

mod flow;
mod next;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use maud::{Markup, html};
use migration::report::Report;
use migration::report::html::figures::count;

use crate::advice::advice;
use crate::app::App;
use crate::frame;
use crate::ui::{slots, spoken, standing};
use crate::work::Item;

/// Causes that are shown.
const CAUSES: usize = 5;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/", get(show))
}

async fn show(State(app): State<App>) -> Markup {
    let main = html! {
        (next::step(&app))
        div hx-ext="sse" sse-connect="/events?show=overview" {
            p.away role="status" sse-swap="overview-status" { (status(&app)) }
            div sse-swap="overview" { (live(&app)) }
        }
    };
    frame::page(&app, "/", "Overview", main)
}

/// What is spoken aloud.
pub(crate) fn status(app: &App) -> Markup {
    let items = app.work().all();
    let current = items.iter().find(|item| item.is_under_way()).or_else(|| items.last());
    html! { @if let Some(item) = current { (item.origin().title()) ": " (spoken(item)) } }
}

/// What moves.
pub(crate) fn live(app: &App) -> Markup {
    let items = app.work().all();
    let current = items.iter().find(|item| item.is_under_way()).or_else(|| items.last());
    let Some(item) = current else {
        return html! { section { h2 { "The way of the accounts" } (flow::empty()) } };
    };
    let report = item.report();
    html! {
        section {
            h2 { "Now" }
            p { strong { (item.origin().title()) } ": " (standing(item)) }
            (slots(item))
        }
        section {
            h2 { "The way of the accounts" }
            (flow::drawn(&report, item))
        }
        (causes(&report, item))
    }
}

fn causes(report: &Report, item: &Item) -> Markup {
    html! {
        @if !report.causes.is_empty() {
            section {
                h2 { "Not imported, most frequent reasons" }
                div.scroll { table {
                    thead { tr { th.number scope="col" { "Accounts" } th scope="col" { "Code" } th scope="col" { "What to do" } } }
                    tbody { @for cause in report.causes.iter().take(CAUSES) {
                        tr {
                            td.number { (count(cause.count)) }
                            td.nowrap { code { (cause.code) } }
                            td { (advice(&cause.code)) }
                        }
                    } }
                } }
                p { a href=(format!("/runs/{}", item.name())) { "The whole report" } }
            }
        }
    }
}

//! `GET /lanes`: the four lanes of a run.

use axum::extract::{Query, State};
use engine::books;
use maud::{Markup, html};
use migration::report::html::figures::{count, percent};
use migration::report::{Lanes, Report};
use migration::run::RunFolder;
use serde::Deserialize;

use super::find;
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::{csrf, meter, number_of};

/// Runs that can be chosen; older ones are reached by their name.
const CHOICE: usize = 200;

#[derive(Deserialize)]
pub(super) struct Wanted {
    run: Option<String>,
}

pub(super) async fn show(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Markup, PageError> {
    let mut names = app.setup().home().run_names();
    names.reverse();
    let read = |name: &String| books::read_report(&RunFolder::at(&app.setup().home().runs().join(name)));
    let chosen = match wanted.run {
        Some(run) => {
            let report = books::read_report(&find(&app, &run)?);
            Some((run, report))
        }
        None => {
            names.iter().map(|name| (name.clone(), read(name))).find(|(_, report)| report.lanes.is_some())
        }
    };
    let main = html! {
        @match &chosen {
            None => {
                p { "Nothing is prepared yet, so no password has a way." }
                p { a.button href="/import" { "Prepare something" } }
            }
            Some((run, report)) => {
                form.row method="get" action="/lanes" {
                    label for="run" { "Run" }
                    select id="run" name="run" {
                        @for name in names.iter().take(CHOICE) { option value=(name) selected[name == run] { (name) } }
                    }
                    button.quiet { "Show" }
                }
                (lanes(&app, run, report))
            }
        }
    };
    Ok(frame::page(&app, "/lanes", "Lanes", main))
}

fn lanes(app: &App, run: &str, report: &Report) -> Markup {
    let Some(lanes) = report.lanes else {
        return html! { p { "This run was not prepared to its end, so its lanes are not known." } };
    };
    let Lanes { hash, lazy, social, reset } = lanes;
    let all = hash + lazy + social + reset;
    html! {
        p { (number_of(all, "user")) " of " a href=(format!("/runs/{run}")) { (run) } ", by how their password gets across." }
        div.scroll tabindex="0" { table.wide {
            thead { tr { th scope="col" { "Lane" } th.number scope="col" { "Users" } th.number scope="col" { "Share" } th scope="col" { "How it gets across" } th scope="col" { "What to do" } } }
            tbody {
                (row("hash", hash, all, "The hash moves with the user. Nobody notices.", html! { "Nothing. To see it proved, try a login at " a href="/users" { "one of the users" } "." }))
                (row("lazy", lazy, all, "The user is left. At the first login the password is checked at Gigya, and the user comes over.", html! { "Keep the site and the scripts of the connection until those who still use it have come; then import the rest for a reset." }))
                (row("social", social, all, "There is no password. The user logs in with a social identity.", html! { "Set up the same social connections at the tenant, and link the identities." }))
                (row("reset", reset, all, "There is no password that Auth0 could check.", html! { "Tell these users, and send them a password reset." }))
            }
        } }
        @if lazy > 0 { (arrivals(app, run)) }
        (reasons(report))
        (files(app, run, &lanes))
        p.then { "Next: " a href="/users" { "look at one of the users" } "." }
    }
}

fn row(lane: &str, users: u64, all: u64, how: &str, act: Markup) -> Markup {
    html! {
        tr {
            th scope="row" { (lane) }
            td.number { (count(users)) }
            td.number { (percent(users, all)) (meter(users, all, lane)) }
            td { (how) }
            td { @if users > 0 { (act) } @else { "–" } }
        }
    }
}

/// How far the lazy lane has come; the tenant is asked when a person wants to know, since it takes its time.
fn arrivals(app: &App, run: &str) -> Markup {
    let path = format!("/lanes/{run}/arrivals");
    html! {
        section aria-labelledby="arrivals" {
            h2 id="arrivals" { "Who has come over" }
            form method="post" action=(path) hx-post=(path) hx-target="#arrived" hx-disabled-elt="find button" {
                (csrf(app))
                button { "Count Who Has Come" }
            }
            div id="arrived" role="status" {}
        }
    }
}

/// Why passwords cannot move.
fn reasons(report: &Report) -> Markup {
    html! {
        @if !report.passwords.is_empty() {
            section aria-labelledby="reasons" {
                h2 id="reasons" { "Why a password cannot move" }
                div.scroll tabindex="0" { table {
                    thead { tr { th scope="col" { "Reason" } th.number scope="col" { "Users" } } }
                    tbody { @for unmovable in &report.passwords {
                        tr { th scope="row" { (unmovable.reason) span.why { code { (unmovable.code) } } } td.number { (count(unmovable.count)) } }
                    } }
                } }
            }
        }
    }
}

/// Who it is about.
fn files(app: &App, run: &str, lanes: &Lanes) -> Markup {
    let folder = RunFolder::at(&app.setup().home().runs().join(run));
    let there = |name: &str| folder.file(name).metadata().is_ok_and(|about| about.len() > 0);
    html! {
        section aria-labelledby="lists" {
            h2 id="lists" { "Lists" }
            ul {
                @if lanes.lazy > 0 && there("lazy.ndjson") {
                    li { a href=(format!("/runs/{run}/files/lazy.ndjson")) download { "lazy.ndjson" } ": who was left for the first login, and why" }
                }
                @if there("linking.ndjson") {
                    li { a href=(format!("/runs/{run}/files/linking.ndjson")) download { "linking.ndjson" } ": social identities to link, by user" }
                }
                @if lanes.social + lanes.reset > 0 {
                    li { a href=(format!("/lanes/{run}/without-password.csv")) download { "without-password.csv" } ": who was sent without a password, for the reset mail; the column social says who can log in by other means" }
                }
                @if lanes.hash + lanes.lazy + lanes.social + lanes.reset == lanes.hash { li { "Every password moves; there is nobody to list." } }
            }
        }
    }
}

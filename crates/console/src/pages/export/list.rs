//! The exports under way and the files that are there.

use axum::extract::State;
use axum::http::StatusCode;
use maud::{Markup, html};
use migration::report::html::figures::{bytes, count};
use migration::users_export::Stage;

use crate::app::App;
use crate::exports::{Export, File, State as Standing};
use crate::ui::{action, meter, number_of};

/// Files that are shown; the folder may have more.
const SHOWN: usize = 100;

/// Tells htmx to ask no more.
const NO_MORE: u16 = 286;

pub(super) fn section(app: &App) -> Markup {
    let busy = app.exports().is_busy();
    html! {
        section aria-labelledby="exports" {
            h2 id="exports" { "Exports" }
            p.away role="status" hx-get="/export/status" hx-trigger=[busy.then_some("every 2s")] {}
            div hx-get="/export/list" hx-trigger=[busy.then_some("every 400ms")] { (drawn(app)) }
        }
    }
}

/// The list, as long as something in it moves.
pub(super) async fn poll(State(app): State<App>) -> (StatusCode, Markup) {
    (go_on(&app), drawn(&app))
}

/// What is spoken aloud.
pub(super) async fn status(State(app): State<App>) -> (StatusCode, Markup) {
    let latest = app.exports().known().into_iter().next();
    let spoken = html! {
        @if let Some(export) = latest {
            (export.name) ": "
            @match export.state() {
                Standing::Running => { "under way, " (export.progress.snapshot().percent / 25 * 25) " %" }
                Standing::Done(done) => { "done, " (number_of(done.users, "user")) }
                Standing::Stopped => { "stopped" }
                Standing::Failed(why) => { "failed: " (why) }
            }
        }
    };
    (go_on(&app), spoken)
}

fn go_on(app: &App) -> StatusCode {
    if app.exports().is_busy() {
        return StatusCode::OK;
    }
    StatusCode::from_u16(NO_MORE).unwrap_or(StatusCode::OK)
}

fn drawn(app: &App) -> Markup {
    let known = app.exports().known();
    let files = app.exports().files();
    let unfinished = || known.iter().filter(|export| !matches!(export.state(), Standing::Done(_)));
    html! {
        @if files.is_empty() && unfinished().next().is_none() {
            p { "Nothing was exported yet." }
        } @else {
            div.scroll { table.wide {
                thead { tr {
                    th scope="col" { "File" } th.number scope="col" { "Users" } th.number scope="col" { "Size" }
                    th scope="col" { "State" } th scope="col" { span.away { "What you can do" } }
                } }
                tbody {
                    @for export in unfinished() { (under_way(app, export)) }
                    @for file in files.iter().take(SHOWN) {
                        (done(app, file))
                    }
                }
            } }
            @if files.len() > SHOWN { p.hint { (count(files.len() as u64)) " files are in the folder exports of the home." } }
            @if !files.is_empty() { p.then { "Next: drop a file at " a href="/import" { "Import" } " to bring its users back, or look at " a href="/users" { "one of the users" } "." } }
        }
    }
}

fn under_way(app: &App, export: &Export) -> Markup {
    let now = export.progress.snapshot();
    let path = |act: &str| format!("/export/{}/{act}", export.name);
    html! {
        tr {
            th scope="row" { (export.name) }
            td.number { @if now.stage == Stage::Unpack { (count(now.users)) } @else { "–" } }
            td.number { "–" }
            td {
                @match export.state() {
                    Standing::Running => {
                        @match now.stage {
                            Stage::Idle | Stage::Export => { "the tenant writes the file" (meter(u64::from(now.percent), 100, "written")) }
                            Stage::Download => "downloading",
                            Stage::Unpack => "unpacking",
                        }
                    }
                    Standing::Failed(why) => { strong.bad { "failed" } span.why { (why) } }
                    Standing::Stopped | Standing::Done(_) => "stopped",
                }
            }
            td {
                @if export.state() == Standing::Running { (action(app, &path("stop"), "Stop", &export.name, "quiet")) }
                @else { (action(app, &path("remove"), "Clear", &export.name, "quiet")) }
            }
        }
    }
}

fn done(app: &App, file: &File) -> Markup {
    let written = file.written.and_then(|at| jiff::Timestamp::try_from(at).ok());
    html! {
        tr {
            th scope="row" { a href=(format!("/export/files/{}", file.name)) download { (file.name) } }
            td.number { @match file.users { Some(users) => (count(users)), None => "–" } }
            td.number { (bytes(file.bytes)) }
            td { "done" @if let Some(at) = written { span.why { (at.strftime("%Y-%m-%d %H:%M UTC")) } } }
            td { (action(app, &format!("/export/{}/remove", file.name), "Delete", &file.name, "quiet")) }
        }
    }
}

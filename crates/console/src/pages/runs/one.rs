//! `GET /runs/NAME`: the report of a run, its files, and where it went.

use axum::extract::{Path, State};
use maud::{Markup, html};
use migration::codes;
use migration::export::Finished;
use migration::report::html::figures::count;
use migration::report::html::{headline, sections};

use super::files::FILES;
use super::{current, find};
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui;

pub(super) async fn show(State(app): State<App>, Path(run): Path<String>) -> Result<Markup, PageError> {
    let folder = find(&app, &run)?;
    let (report, standing) = current(&folder);
    let manifest = folder.manifest().ok();
    let item = app.work().find(&run);
    let main = html! {
        p.headline { (headline(&report)) }
        @if let Some(item) = &item {
            p { (item.origin().title()) ": " (ui::standing(item)) }
        }
        @for remark in Finished::of(&folder).iter().flat_map(Finished::remarks) { p { (remark) } }
        @if let Some(target) = manifest.as_ref().and_then(|manifest| manifest.target.as_ref()) {
            p { "It goes to connection " strong { (target.connection) } " of "
                @if target.tenant == "local" { "the local tenant" } @else { (target.tenant) } "." }
        }
        p.row {
            @if report.counters.set_aside.is_some_and(|number| number > 0) {
                a href=(format!("/runs/{run}/set-aside")) { "Who was set aside" }
            }
            @if report.counters.failed.is_some_and(|number| number > 0) {
                a href=(format!("/runs/{run}/refused")) { "Who was refused" }
            }
            @if folder.file("ledger.sqlite").is_file() { a href=(format!("/runs/{run}/jobs")) { "Import jobs" } }
        }
        (super::take::section(&app, &folder, standing))
        (super::retry::section(&app, &folder))
        (sections(&report, &|code| codes::advice(code).to_owned()))
        section {
            h2 { "Files" }
            ul { @for file in FILES.iter().filter(|file| folder.file(file.name).is_file()) {
                li { a href=(format!("/runs/{run}/files/{}", file.name)) download { (file.name) } ": " (file.what) }
            } }
            @if let Some(manifest) = &manifest {
                p.hint { "Prepared " (moment(&manifest.prepared)) " by version " (manifest.version) " from "
                    (counted(manifest.inputs.len(), "input")) ", in " (counted(manifest.parts.len(), "part")) "." }
            }
        }
    };
    Ok(frame::page(&app, "/runs", &run, main))
}

/// A number of things, with an `s` for all numbers but one.
fn counted(number: usize, thing: &str) -> String {
    format!("{} {thing}{}", count(number as u64), if number == 1 { "" } else { "s" })
}

/// A time as a person reads it; whatever is none as it stands.
fn moment(text: &str) -> String {
    let time = text.parse::<jiff::Timestamp>();
    time.map_or_else(|_| text.to_owned(), |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

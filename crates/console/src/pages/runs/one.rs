//! `GET /runs/NAME`: the report of a run, its files, and where it went.

use axum::extract::{Path, State};
use maud::{Markup, html};
use migration::export::Finished;
use migration::report::html::{headline, sections};

use super::files::FILES;
use super::{current, find};
use crate::advice::advice;
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui;
use crate::work::Dropped;

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
        (super::mended::section(&folder))
        @if let Some(item) = &item { (left_out(&item.files())) }
        (sections(&report, &advice))
        section {
            h2 { "Files" }
            ul { @for file in FILES.iter().filter(|file| folder.file(file.name).is_file()) {
                li { a href=(format!("/runs/{run}/files/{}", file.name)) download { (file.name) } ": " (file.what) }
            } }
            @if let Some(manifest) = &manifest {
                p.hint { "Prepared " (moment(&manifest.prepared)) " by version " (manifest.version) " from "
                    (ui::number_of(manifest.inputs.len() as u64, "input")) ", in " (ui::number_of(manifest.parts.len() as u64, "part")) "." }
            }
        }
    };
    Ok(frame::page(&app, "/runs", &run, main))
}

/// Files that were dropped and are not in the run.
fn left_out(files: &[Dropped]) -> Markup {
    let left_out: Vec<(&Dropped, &String)> =
        files.iter().filter_map(|file| Some((file, file.broken.as_ref()?))).collect();
    html! {
        @if !left_out.is_empty() {
            section.attention {
                h2 { "Files that were left out" }
                ul { @for (file, why) in left_out { li { strong { (file.name) } ": " (why) } } }
            }
        }
    }
}

/// A time as a person reads it; whatever is none as it stands.
fn moment(text: &str) -> String {
    let time = text.parse::<jiff::Timestamp>();
    time.map_or_else(|_| text.to_owned(), |time| time.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

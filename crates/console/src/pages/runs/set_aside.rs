//! `GET /runs/NAME/set-aside`: who was set aside, why, and what to do.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use engine::{Failure, books};
use maud::{Markup, html};
use migration::mend::{self, Item, Position, Progress, SetAside};
use migration::report::html::figures::count;
use serde::Deserialize;

use super::{find, retry};
use crate::app::App;
use crate::error::PageError;
use crate::frame;

/// Records on a page.
const SIZE: usize = 50;

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Byte of the first line, see [`mend::page`].
    #[serde(default)]
    from: u64,
    #[serde(default)]
    code: String,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(run): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    let folder = find(&app, &run)?;
    let causes: Vec<(String, u64)> = books::read_report(&folder)
        .causes
        .into_iter()
        .filter(|cause| cause.stage != "import")
        .map(|cause| (cause.code, cause.count))
        .collect();
    let all: u64 = causes.iter().map(|cause| cause.1).sum();
    let (place, code) = (folder.clone(), wanted.code.clone());
    let read = tokio::task::spawn_blocking(move || {
        let page = mend::page::<SetAside>(
            &place,
            wanted.from,
            Some(code.as_str()).filter(|code| !code.is_empty()),
            SIZE,
        )?;
        Ok::<_, mend::MendError>((page, mend::progress(&place)?))
    });
    let (page, progress) = read.await.map_err(Failure::bug)??;
    let path = format!("/runs/{run}/set-aside");
    let link = |from: u64| format!("{path}?code={}&from={from}", wanted.code);
    let main = html! {
        p { a href=(format!("/runs/{run}")) { "Back to the run" } }
        (retry::section(&app, &folder))
        form.row method="get" {
            label for="code" { "Cause" }
            select id="code" name="code" {
                option value="" { "all (" (count(all)) ")" }
                @for (code, number) in &causes { option value=(code) selected[*code == wanted.code] { (code) " (" (count(*number)) ")" } }
            }
            button.quiet { "Show" }
        }
        @if page.items.is_empty() { p { "Nobody." } } @else {
            div.scroll { table.wide {
                thead { tr { th.number scope="col" { "Record" } th scope="col" { "UID" } th scope="col" { "Mended" } th scope="col" { "Why" } th scope="col" { "What to do" } } }
                tbody { @for item in &page.items { (row(&path, item, &progress)) } }
            } }
            @if wanted.from > 0 || page.next.is_some() {
                nav.pager aria-label="Pages of this list" {
                    @if wanted.from > 0 { a href=(link(0)) { "From the beginning" } }
                    @if let Some(next) = page.next { a href=(link(next)) rel="next" { "Next" } }
                }
            }
        }
    };
    Ok(frame::page(&app, "/runs", &format!("Set aside in {run}"), main))
}

fn row(path: &str, item: &Item, progress: &HashMap<Position, Progress>) -> Markup {
    let line = &item.line;
    let name = line.uid.clone().unwrap_or_else(|| format!("record {}", line.position.record));
    html! {
        tr {
            td.number { (count(line.position.record)) }
            th scope="row" { @match &line.uid { Some(uid) => code { (uid) }, None => "unknown" } }
            td {
                @match progress.get(&line.position) {
                    Some(Progress::Sent(by)) => { "sent with " a href=(format!("/runs/{by}")) { (by) } },
                    Some(Progress::Waiting) => { "waits to be sent " a href=(format!("{path}/{}", item.at)) { "Change" span.away { " " (name) } } },
                    None => a href=(format!("{path}/{}", item.at)) { "Mend" span.away { " " (name) } },
                }
            }
            td { (line.reason) span.why { code { (line.code) } } }
            td { (line.fix) }
        }
    }
}

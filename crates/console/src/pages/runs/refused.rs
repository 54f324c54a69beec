//! `GET /runs/NAME/refused`: whom the tenant has refused, why, and what to do.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use engine::{Failure, books};
use maud::{Markup, html};
use migration::codes;
use migration::mend::{self, Item, Position, Progress, Refused};
use migration::report::html::figures::count;
use migration::retry::Chain;
use serde::Deserialize;

use super::{find, retry};
use crate::app::App;
use crate::error::PageError;
use crate::frame;

/// Users on a page.
const SIZE: usize = 50;

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Byte of the first line, see [`mend::page`].
    #[serde(default)]
    from: u64,
    #[serde(default)]
    code: String,
}

/// What became of who was refused.
struct After {
    mended: HashMap<Position, Progress>,
    /// The run that has sent all of them again.
    sent: Option<String>,
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
        .filter(|cause| cause.stage == "import")
        .map(|cause| (cause.code, cause.count))
        .collect();
    let all: u64 = causes.iter().map(|cause| cause.1).sum();
    let (place, code) = (folder.clone(), wanted.code.clone());
    let read = tokio::task::spawn_blocking(move || {
        let code = Some(code.as_str()).filter(|code| !code.is_empty());
        let page = mend::page::<Refused>(&place, wanted.from, code, SIZE)?;
        let sent = Chain::of(&place)?.after(&place.name());
        Ok::<_, mend::MendError>((page, After { mended: mend::progress(&place)?, sent }))
    });
    let (page, after) = read.await.map_err(Failure::bug)??;
    let path = format!("/runs/{run}/refused");
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
                thead { tr { th scope="col" { "UID" } th.number scope="col" { "Part" } th.number scope="col" { "Row" } th scope="col" { "Mended" } th scope="col" { "What the tenant said" } th scope="col" { "What to do" } } }
                tbody { @for item in &page.items { (row(&path, item, &after)) } }
            } }
            @if wanted.from > 0 || page.next.is_some() {
                nav.pager aria-label="Pages of this list" {
                    @if wanted.from > 0 { a href=(link(0)) { "From the beginning" } }
                    @if let Some(next) = page.next { a href=(link(next)) rel="next" { "Next" } }
                }
            }
        }
    };
    Ok(frame::page(&app, "/runs", &format!("Refused in {run}"), main))
}

fn row(path: &str, item: &Item<Refused>, after: &After) -> Markup {
    let line = &item.line;
    let uid = line.uid();
    let name = uid.map_or_else(|| format!("row {} of part {}", line.row, line.part), str::to_owned);
    let form = format!("{path}/{}", item.at);
    html! {
        tr {
            th scope="row" { @match uid { Some(uid) => code { (uid) }, None => "unknown" } }
            td.number { (line.part) } td.number { @if line.row > 0 { (line.row) } @else { "–" } }
            td {
                @match (&after.sent, after.mended.get(&line.position())) {
                    (Some(by), _) | (None, Some(Progress::Sent(by))) => { "sent again with " a href=(format!("/runs/{by}")) { (by) } }
                    (None, Some(Progress::Waiting)) => { "waits to be sent " a href=(form) { "Change" span.away { " " (name) } } }
                    (None, None) if line.row > 0 => { a href=(form) { "Mend" span.away { " " (name) } } }
                    (None, None) => { "–" }
                }
            }
            td { (line.message) span.why { code { (line.code) } } }
            td { (codes::advice(&line.code)) }
        }
    }
}

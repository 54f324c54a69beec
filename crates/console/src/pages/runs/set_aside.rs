//! `GET /runs/NAME/set-aside`: who was set aside, why, and what to do.

use std::io::{BufRead as _, BufReader};

use axum::extract::{Path, Query, State};
use engine::{Failure, books};
use maud::{Markup, html};
use migration::report::html::figures::count;
use migration::run::RunFolder;
use serde::Deserialize;

use super::find;
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::{Pager, pager};

/// Records on a page.
const SIZE: u64 = 50;

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<u64>,
    #[serde(default)]
    code: String,
}

/// A line of `set-aside.ndjson`.
#[derive(Deserialize)]
struct Line {
    position: Position,
    uid: Option<String>,
    code: String,
    reason: String,
    fix: String,
}

#[derive(Deserialize)]
struct Position {
    record: u64,
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
    let of_code = |code: &str| {
        causes.iter().filter(|cause| code.is_empty() || cause.0 == code).map(|cause| cause.1).sum()
    };
    let shown = Pager::new(wanted.page, SIZE, of_code(&wanted.code));
    let lines = lines(&folder, &wanted.code, shown.skip()).map_err(Failure::stopped)?;
    let main = html! {
        p { a href=(format!("/runs/{run}")) { "Back to the run" } }
        form.row method="get" {
            label for="code" { "Cause" }
            select id="code" name="code" {
                option value="" { "all (" (count(of_code(""))) ")" }
                @for (code, number) in &causes { option value=(code) selected[*code == wanted.code] { (code) " (" (count(*number)) ")" } }
            }
            button.quiet { "Show" }
        }
        div.scroll { table {
            thead { tr { th.number scope="col" { "Record" } th scope="col" { "UID" } th scope="col" { "Why" } th scope="col" { "What to do" } } }
            tbody { @for line in &lines {
                tr {
                    td.number { (count(line.position.record)) }
                    td { @match &line.uid { Some(uid) => code { (uid) }, None => "unknown" } }
                    td { (line.reason) span.why { code { (line.code) } } }
                    td { (line.fix) }
                }
            } }
        } }
        (pager(shown, &format!("/runs/{run}/set-aside?code={}&page=", wanted.code)))
    };
    Ok(frame::page(&app, "/runs", &format!("Set aside in {run}"), main))
}

/// The lines of a page.
fn lines(folder: &RunFolder, code: &str, skip: u64) -> std::io::Result<Vec<Line>> {
    let file = match std::fs::File::open(folder.file("set-aside.ndjson")) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut found = Vec::new();
    let mut passed = 0;
    for line in BufReader::new(file).lines() {
        let Ok(line) = serde_json::from_str::<Line>(&line?) else { continue };
        if !code.is_empty() && line.code != code {
            continue;
        }
        passed += 1;
        if passed > skip {
            found.push(line);
        }
        if found.len() as u64 == SIZE {
            break;
        }
    }
    Ok(found)
}

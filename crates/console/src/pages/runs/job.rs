//! `GET /runs/NAME/jobs/PART`: what became of each user of a part, by row, and why.

use std::collections::BTreeMap;

use axum::extract::{Path, Query, State};
use engine::Failure;
use maud::{Markup, html};
use migration::ledger::Ledger;
use migration::report::html::figures::count;
use migration::run::Part;
use migration::settle::{Keys, PartFile};
use migration::step::{Facts, Outcome};
use serde::Deserialize;

use super::find;
use crate::advice::advice;
use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::{Pager, number_of, pager};

/// Rows on a page.
const SIZE: u64 = 50;

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<u64>,
    #[serde(default)]
    all: bool,
}

/// A user of the part: its row in the file, from 1, who it is, and what became of it.
struct Row {
    number: u64,
    keys: Keys,
    outcome: Option<Outcome>,
}

pub(super) async fn show(
    State(app): State<App>,
    Path((run, part)): Path<(String, u32)>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    let folder = find(&app, &run)?;
    let manifest = folder.manifest().map_err(Failure::refused)?;
    let missing = || PageError::missing("this run has no such part");
    let part = manifest.parts.into_iter().find(|known| known.number == part).ok_or_else(missing)?;
    let ledger = Ledger::look(&folder).map_err(Failure::stopped)?.ok_or_else(missing)?;
    let rows = rows(&folder, &ledger, &part)?;
    let causes = causes(&rows);
    let is_shown = |row: &&Row| wanted.all || matches!(row.outcome, Some(Outcome::Failed { .. }));
    let total = rows.iter().filter(is_shown).count() as u64;
    let shown = Pager::new(wanted.page, SIZE, total);
    let skip = usize::try_from(shown.skip()).unwrap_or(usize::MAX);
    let path = format!("/runs/{run}/jobs/{}", part.number);
    let main = html! {
        p { a href=(format!("/runs/{run}/jobs")) { "Back to the jobs" } }
        p { (words(&rows)) }
        @if !causes.is_empty() {
            h2 { "Why users were refused" }
            div.scroll { table {
                thead { tr { th.number scope="col" { "Users" } th scope="col" { "Code" } th scope="col" { "What the tenant said" } th scope="col" { "What to do" } } }
                tbody { @for ((code, message), number) in &causes {
                    tr { td.number { (count(*number)) } td { code { (code) } } td { (message) } td { (advice(code)) } }
                } }
            } }
        }
        @if !causes.is_empty() { p { a href=(format!("/runs/{run}/refused")) { "Mend who was refused" } } }
        h2 { @if wanted.all { "All users of the part" } @else { "Refused users" } }
        p { @if wanted.all { a href=(path) { "Only those who were refused" } } @else { a href=(format!("{path}?all=true")) { @if rows.len() == 1 { "The only user" } @else { "All " (count(rows.len() as u64)) " users" } } } }
        @if total > 0 {
            div.scroll { table {
                thead { tr { th.number scope="col" { "Row" } th scope="col" { "UID" } th scope="col" { "What became of it" } } }
                tbody { @for row in rows.iter().filter(is_shown).skip(skip).take(SIZE as usize) {
                    tr {
                        td.number { (count(row.number)) }
                        td { code { (row.keys.user_id.as_deref().unwrap_or("–")) } }
                        td { (outcome(row)) }
                    }
                } }
            } }
            (pager(shown, &format!("{path}?all={}&page=", wanted.all)))
        } @else { p { "Nobody." } }
    };
    Ok(frame::page(&app, "/runs", &format!("Part {} of {run}", part.number), main))
}

fn rows(folder: &migration::run::RunFolder, ledger: &Ledger, part: &Part) -> Result<Vec<Row>, Failure> {
    let upsert = ledger.bound().map_err(Failure::stopped)?.is_some_and(|bound| bound.upsert);
    let state = ledger.state(part.number, &Facts { users: part.users, upsert }).map_err(Failure::stopped)?;
    let keys = PartFile::load(folder, part).and_then(|file| file.keys()).map_err(Failure::stopped)?;
    let rows = (0_u32..).zip(keys).map(|(index, keys)| Row {
        number: u64::from(index) + 1,
        keys,
        outcome: state.outcomes.get(&index).cloned(),
    });
    Ok(rows.collect())
}

/// Refused users by code and message, most frequent first.
fn causes(rows: &[Row]) -> Vec<((&str, &str), u64)> {
    let mut causes: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for row in rows {
        if let Some(Outcome::Failed { code, message }) = &row.outcome {
            *causes.entry((code, message)).or_default() += 1;
        }
    }
    let mut causes: Vec<_> = causes.into_iter().collect();
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.1));
    causes
}

/// The job in a sentence; the numbers add up to the users of the part.
fn words(rows: &[Row]) -> String {
    let mut by_name: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows {
        *by_name.entry(row.outcome.as_ref().map_or("open", Outcome::name)).or_default() += 1;
    }
    let told: Vec<String> = [
        ("imported", "imported"),
        ("updated", "updated"),
        ("already_there", "there already, as they should be"),
        ("failed", "refused"),
        ("open", "not settled yet"),
    ]
    .iter()
    .filter_map(|(name, words)| by_name.get(name).map(|number| format!("{} {words}", count(*number))))
    .collect();
    format!("{}: {}.", number_of(rows.len() as u64, "user"), told.join(", "))
}

fn outcome(row: &Row) -> Markup {
    match &row.outcome {
        Some(Outcome::Imported) => html! { "imported" },
        Some(Outcome::Updated) => html! { "updated" },
        Some(Outcome::AlreadyThere) => html! { "there already" },
        Some(Outcome::Failed { code, message }) => html! { (message) span.why { code { (code) } } },
        None => html! { "not settled yet" },
    }
}

//! A list of users of a run, by cause and page by page: what [`super::set_aside`] and [`super::refused`] have in common.

use axum::extract::{Path, Query, State};
use engine::Failure;
use maud::{Markup, html};
use migration::mend::{self, Item, MendError};
use migration::report::html::figures::count;
use migration::run::RunFolder;
use serde::Deserialize;

use super::{current, find, retry};
use crate::app::App;
use crate::error::PageError;
use crate::frame;

/// Lines on a page.
const SIZE: usize = 50;

/// What a list has that others have not.
pub(super) trait List: Send + 'static {
    /// A line of the list's file.
    type Line: mend::Line + Send;
    /// The list's name in the address.
    const NAME: &'static str;
    /// Its title, before the name of the run.
    const TITLE: &'static str;
    /// Names of its columns, and whether they are of numbers.
    const COLUMNS: &'static [(&'static str, bool)];

    /// Whether a stage's causes are of this list.
    fn is_of(stage: &str) -> bool;

    /// What became of them, read where waiting hinders nobody.
    fn read(folder: &RunFolder) -> Result<Self, MendError>
    where
        Self: Sized;

    /// A row of the table; the list is at `path`.
    fn row(&self, path: &str, item: &Item<Self::Line>) -> Markup;
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    /// Byte of the first line, see [`mend::page`].
    #[serde(default)]
    from: u64,
    #[serde(default)]
    code: String,
}

/// The page of a list.
pub(super) async fn show<L: List>(
    State(app): State<App>,
    Path(run): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Markup, PageError> {
    let folder = find(&app, &run)?;
    let causes: Vec<(String, u64)> = current(&folder)
        .0
        .causes
        .into_iter()
        .filter(|cause| L::is_of(&cause.stage))
        .map(|cause| (cause.code, cause.count))
        .collect();
    let (place, code) = (folder.clone(), wanted.code.clone());
    let read = tokio::task::spawn_blocking(move || {
        let code = Some(code.as_str()).filter(|code| !code.is_empty());
        Ok::<_, MendError>((mend::page::<L::Line>(&place, wanted.from, code, SIZE)?, L::read(&place)?))
    });
    let (page, list) = read.await.map_err(Failure::bug)??;
    let path = format!("/runs/{run}/{}", L::NAME);
    let main = html! {
        p { a href=(format!("/runs/{run}")) { "Back to the run" } }
        (retry::section(&app, &folder))
        (choice(&causes, &wanted.code))
        @if page.items.is_empty() { p { "Nobody." } } @else {
            div.scroll { table.wide {
                thead { tr { @for (name, is_number) in L::COLUMNS { th.number[*is_number] scope="col" { (name) } } } }
                tbody { @for item in &page.items { (list.row(&path, item)) } }
            } }
            (pager(&path, &wanted, page.next))
        }
    };
    Ok(frame::page(&app, "/runs", &format!("{} {run}", L::TITLE), main))
}

fn choice(causes: &[(String, u64)], chosen: &str) -> Markup {
    let all: u64 = causes.iter().map(|cause| cause.1).sum();
    html! {
        form.row method="get" {
            label for="code" { "Cause" }
            select id="code" name="code" {
                option value="" { "all (" (count(all)) ")" }
                @for (code, number) in causes { option value=(code) selected[code == chosen] { (code) " (" (count(*number)) ")" } }
            }
            button.quiet { "Show" }
        }
    }
}

fn pager(path: &str, wanted: &Wanted, next: Option<u64>) -> Markup {
    let link = |from: u64| format!("{path}?code={}&from={from}", wanted.code);
    html! {
        @if wanted.from > 0 || next.is_some() {
            nav.pager aria-label="Pages of this list" {
                @if wanted.from > 0 { a href=(link(0)) { "From the beginning" } }
                @if let Some(next) = next { a href=(link(next)) rel="next" { "Next" } }
            }
        }
    }
}

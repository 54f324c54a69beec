//! `GET /runs`: all runs, newest first.

use axum::extract::{Query, State};
use engine::books::Standing;
use maud::{Markup, html};
use migration::report::html::figures::count;
use migration::run::RunFolder;
use serde::Deserialize;

use crate::app::App;
use crate::frame;
use crate::ui::{Pager, pager, spoken};

/// Runs on a page.
const SIZE: u64 = 25;

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<u64>,
}

pub(super) async fn show(State(app): State<App>, Query(wanted): Query<Wanted>) -> Markup {
    let mut names = app.setup().home().run_names();
    names.reverse();
    let shown = Pager::new(wanted.page, SIZE, names.len() as u64);
    let skip = usize::try_from(shown.skip()).unwrap_or(usize::MAX);
    let rows: Vec<&String> = names.iter().skip(skip).take(SIZE as usize).collect();
    let main = html! {
        @if rows.is_empty() {
            p { "Nothing was run yet. " a href="/import" { "Import something" } "." }
        } @else {
            p { @if shown.total == 1 { "One run" } @else { (count(shown.total)) " runs, newest first" } ". Those of the command are here, too." }
            div.scroll { table {
                thead { tr {
                    th scope="col" { "Run" } th.number scope="col" { "Read" } th.number scope="col" { "Set aside" }
                    th.number scope="col" { "Users" } th.number scope="col" { "There" } th.number scope="col" { "Failed" } th scope="col" { "State" }
                } }
                tbody { @for name in rows { (row(&app, name)) } }
            } }
            (pager(shown, "/runs?page="))
        }
    };
    frame::page(&app, "/runs", "Runs", main)
}

fn row(app: &App, name: &str) -> Markup {
    let folder = RunFolder::at(&app.setup().home().runs().join(name));
    let (report, standing) = super::current(&folder);
    let counters = report.counters;
    let number = |number: Option<u64>| html! { td.number { @match number { Some(number) => (count(number)), None => "–" } } };
    let arrived = [counters.imported, counters.updated, counters.already_there];
    let there = arrived.iter().any(Option::is_some).then(|| arrived.iter().flatten().sum::<u64>());
    html! {
        tr {
            th scope="row" { a href=(format!("/runs/{name}")) { (name) } }
            (number(counters.read)) (number(counters.set_aside)) (number(counters.packed)) (number(there)) (number(counters.failed))
            td {
                @match app.work().find(name) {
                    Some(item) => (spoken(&item)),
                    None => (match standing {
                        Standing::Imported => "imported",
                        Standing::Importing => "another process imports it",
                        Standing::Interrupted => "interrupted; it can be resumed",
                        Standing::NotImported if counters.packed.is_some() => "prepared",
                        Standing::NotImported => "not prepared to its end",
                    }),
                }
            }
        }
    }
}

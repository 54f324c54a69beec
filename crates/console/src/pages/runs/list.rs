//! `GET /runs`: all runs, newest first.

use axum::extract::{Query, State};
use engine::books::Standing;
use maud::{Markup, html};
use migration::export::Finished;
use migration::report::html::figures::count;
use migration::run::{Manifest, RunFolder};
use serde::Deserialize;

use crate::app::App;
use crate::frame;
use crate::ui::{Pager, pager, spoken};
use crate::work::Origin;

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
                    th scope="col" { "Run" } th scope="col" { "Source" } th scope="col" { "Goes to" } th.number scope="col" { "Read" } th.number scope="col" { "Set aside" }
                    th.number scope="col" { "Users" } th.number scope="col" { "There" } th.number scope="col" { "Failed" } th scope="col" { "State" }
                } }
                tbody { @for name in rows { (row(&app, name)) } }
            } }
            (pager(shown, "/runs?page="))
        }
    };
    frame::page(&app, "/runs", "Runs", main)
}

/// What a run was made from: as the page calls it, else the site that was read, else its inputs.
fn source(app: &App, name: &str, folder: &RunFolder, manifest: Option<&Manifest>) -> String {
    if let Some(retry) = manifest.and_then(|manifest| manifest.retry.as_ref()) {
        return format!("users of {} again", retry.of);
    }
    // What the command has read is named by what it was alone.
    let origin = app.work().find(name).map(|item| item.origin());
    if let Some(origin) = origin.filter(|origin| !matches!(origin, Origin::Command { .. })) {
        return origin.title();
    }
    if let Some(export) = Finished::of(folder) {
        return format!("site {}", host(&export.site.address));
    }
    match manifest.map(|manifest| manifest.inputs.as_slice()) {
        None | Some([]) => "–".to_owned(),
        Some([one]) => file_name(&one.path),
        Some([first, rest @ ..]) => format!("{} and {} more", file_name(&first.path), rest.len()),
    }
}

fn file_name(path: &str) -> String {
    let name = std::path::Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
    if path == "-" { "standard input".to_owned() } else { name.unwrap_or_else(|| path.to_owned()) }
}

/// The host of a tenant or a site that is named by its URL.
fn host(url: &str) -> &str {
    url.split("://").nth(1).unwrap_or(url).trim_end_matches('/')
}

fn row(app: &App, name: &str) -> Markup {
    let folder = RunFolder::at(&app.setup().home().runs().join(name));
    let (report, standing) = super::current(&folder);
    let counters = report.counters;
    let manifest = folder.manifest().ok();
    let number = |number: Option<u64>| html! { td.number { @match number { Some(number) => (count(number)), None => "–" } } };
    let arrived = [counters.imported, counters.updated, counters.already_there];
    let there = arrived.iter().any(Option::is_some).then(|| arrived.iter().flatten().sum::<u64>());
    html! {
        tr {
            th scope="row" { a href=(format!("/runs/{name}")) { (name) } }
            td { (source(app, name, &folder, manifest.as_ref())) }
            td { @match manifest.as_ref().and_then(|manifest| manifest.target.as_ref()) {
                Some(target) => {
                    (target.connection)
                    span.why { @if target.tenant == "local" { "the local tenant" } @else { (host(&target.tenant)) } }
                }
                None => "–",
            } }
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

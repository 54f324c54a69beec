//! The table of files and runs, and the two job slots.

mod files;

use maud::{Markup, html};
use migration::report::html::figures::{bytes, count};

use crate::app::App;
use crate::ui::{action, slots, standing};
use crate::work::{Dropped, Item, State};

/// Files of a run that have a row of their own, and runs that are over.
const ROWS: usize = 25;

pub(super) fn drawn(app: &App) -> Markup {
    let mut items = app.work().shown();
    let over = items.iter().filter(|item| item.state().is_over()).count();
    let mut older = over.saturating_sub(ROWS);
    let hidden = older;
    // What is over and old stands on page Runs; what can still be acted on stays, however much it is.
    items.retain(|item| {
        let leaves = older > 0 && item.state().is_over();
        older -= usize::from(leaves);
        !leaves
    });
    html! {
        @if !items.is_empty() {
            div.scroll { table.wide {
                thead { tr {
                    th scope="col" { "File or source" } th.number scope="col" { "Size" } th.number scope="col" { "Read" }
                    th.number scope="col" { "Set aside" } th.number scope="col" { "Users" } th.number scope="col" { "There" }
                    th scope="col" { "State" } th scope="col" { span.away { "What you can do" } }
                } }
                tbody { @for item in &items { (row(app, item)) } }
            } }
            @if hidden > 0 { p.hint { (count(hidden as u64)) " more that are over: " a href="/runs" { "see all runs" } "." } }
            @if let Some(item) = app.work().importing() { (slots(&item)) }
            @if items.iter().any(|item| item.state().is_over()) {
                (action(app, "/import/clear", "Clear", "what is over from this table", "quiet"))
            }
        }
    }
}

fn row(app: &App, item: &Item) -> Markup {
    let report = item.report();
    let counters = report.counters;
    let arrived = [counters.imported, counters.updated, counters.already_there];
    let there = arrived.iter().any(Option::is_some).then(|| arrived.iter().flatten().sum());
    let name = item.name();
    let files = item.files();
    let size: u64 = files.iter().map(|file| file.bytes).sum();
    html! {
        tr {
            th scope="row" { a href=(format!("/runs/{name}")) { (item.origin().title()) } }
            td.number { @if files.is_empty() { "–" } @else { (bytes(size)) } }
            td.number { (number(counters.read)) }
            td.number {
                @match counters.set_aside {
                    Some(aside) if aside > 0 => a href=(format!("/runs/{name}/set-aside")) { (count(aside)) },
                    other => (number(other)),
                }
            }
            td.number { (number(counters.packed)) }
            td.number { (number(there)) }
            td { (standing(item)) }
            td { (acts(app, item)) }
        }
        @if files.len() > 1 {
            @for place in foremost(&files) { (files::row(app, item, &report, &files, place)) }
            @if files.len() > ROWS { tr.of { th scope="row" { (count((files.len() - ROWS) as u64)) " more files" } td colspan="7" {} } }
        }
    }
}

/// The places of the files that are shown: those that are left out come first, since something can be done for them.
fn foremost(files: &[Dropped]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..files.len()).collect();
    places.sort_by_key(|place| files[*place].broken.is_none());
    places.truncate(ROWS);
    places
}

fn number(number: Option<u64>) -> Markup {
    html! { @match number { Some(number) => (count(number)), None => "–" } }
}

/// The buttons that work now.
fn acts(app: &App, item: &Item) -> Markup {
    let name = item.name();
    let title = item.origin().title();
    let button = |act: &str, label: &str| {
        html! {
            form.inline method="post" action=(format!("/import/{name}/{act}")) {
                (crate::ui::csrf(app))
                button.quiet id=(format!("{act}-{name}")) { (label) span.away { " " (title) } }
            }
        }
    };
    match item.state() {
        State::Importing => html! { (button("pause", "Pause")) (button("cancel", "Cancel")) },
        State::Queued => html! { (button("pause", "Hold")) (button("cancel", "Cancel")) },
        State::Paused | State::Stopped(_) => {
            html! { (button("resume", "Resume")) (button("cancel", "Cancel")) }
        }
        State::Cancelled if item.orders().is_some() => html! { (button("resume", "Resume")) },
        State::Cut(_) => html! {
            @if !item.holds_nobody() { (button("accept", "Take what was read")) }
            (button("remove", "Remove"))
        },
        State::Incomplete(_) => html! {
            (button("again", "Read again")) (button("without", "Go on without them")) (button("remove", "Remove"))
        },
        State::Ready | State::Broken(_) => html! {
            @if item.reads_again() { (button("again", "Try again")) }
            (button("remove", "Remove"))
        },
        State::Done => html! { a href=(format!("/runs/{name}")) { "Report" span.away { " of " (title) } } },
        _ => html! {},
    }
}

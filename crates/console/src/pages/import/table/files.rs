//! The rows of the files of a run that has several.

use std::sync::PoisonError;

use maud::{Markup, html};
use migration::report::InputCounters;
use migration::report::Report;
use migration::report::html::figures::bytes;

use super::number;
use crate::app::App;
use crate::ui::csrf;
use crate::work::{Dropped, Item, State};

/// A file: what is known of it so far, or what prepare has made of it.
pub(super) fn row(app: &App, item: &Item, report: &Report, files: &[Dropped], place: usize) -> Markup {
    let Some(file) = files.get(place) else { return html! {} };
    let state = item.state();
    let (counted, is_read) = match state {
        State::Preparing => now(item, file),
        _ => (item.counted(&file.name, &report.inputs).or_else(|| alone(report, files, file)), true),
    };
    let figure = |of: fn(&InputCounters) -> u64| number(counted.as_ref().map(of));
    html! {
        tr.of {
            th scope="row" { (file.name) }
            td.number { (bytes(file.bytes)) }
            td.number { (figure(|counted| counted.read)) }
            td.number { (figure(|counted| counted.set_aside)) }
            td.number { (figure(|counted| counted.packed)) }
            td.number { "–" }
            td {
                @match (&file.broken, &state, &counted) {
                    (Some(why), ..) => { strong.bad { "breaks off" } span.why { (why) "; it is left out" } }
                    (None, State::Waiting, _) | (None, State::Preparing, None) => { "waits to be read" }
                    (None, State::Preparing, Some(_)) if !is_read => { "being read" }
                    (None, _, Some(_)) => { "read" @if file.taken { ", as far as it goes" } }
                    (None, _, None) => { "–" }
                }
            }
            td { @if state.takes_files() { (acts(app, item, file, place)) } }
        }
    }
}

/// The counts of the only file that was prepared, where others are left out: they are those of the run.
fn alone(report: &Report, files: &[Dropped], file: &Dropped) -> Option<InputCounters> {
    let whole = files.iter().filter(|file| file.broken.is_none()).count();
    if whole != 1 || file.broken.is_some() || !report.inputs.is_empty() {
        return None;
    }
    let counters = &report.counters;
    Some(InputCounters {
        input: file.name.clone(),
        read: counters.read?,
        set_aside: counters.set_aside?,
        left: counters.left?,
        packed: counters.packed?,
    })
}

/// What was counted of a file so far, and whether another was begun after it.
fn now(item: &Item, file: &Dropped) -> (Option<InputCounters>, bool) {
    let progress = item.preparing();
    let inputs = progress.inputs.lock().unwrap_or_else(PoisonError::into_inner);
    let last = inputs.last().and_then(|last| item.counted(&file.name, std::slice::from_ref(last)));
    (item.counted(&file.name, &inputs), last.is_none())
}

fn acts(app: &App, item: &Item, file: &Dropped, place: usize) -> Markup {
    let button = |act: &str, label: &str| {
        html! {
            form.inline method="post" action=(format!("/import/{}/files/{act}", item.name())) {
                (csrf(app))
                input type="hidden" name="file" value=(file.name);
                button.quiet id=(format!("{act}-{place}-{}", item.name())) { (label) span.away { " " (file.name) } }
            }
        }
    };
    html! {
        @if file.broken.is_some() && !file.empty { (button("take", "Take what was read")) }
        (button("remove", "Remove"))
    }
}

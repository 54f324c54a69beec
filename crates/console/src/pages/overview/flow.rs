//! The stages of DESIGN §3 with the numbers of a run.

use std::sync::atomic::Ordering::Relaxed;

use maud::{Markup, html};
use migration::import::Stage;
use migration::report::Report;
use migration::report::html::figures::count;

use crate::work::{Item, State};

const STAGES: [&str; 7] = ["read", "map", "screen", "pack", "import", "settle", "prove"];

/// The stages without numbers.
pub(super) fn empty() -> Markup {
    chain(&STAGES.map(|name| (name, None, None)), None)
}

/// The stages of a run: what the report has counted, and beside it what is being counted now.
pub(super) fn drawn(report: &Report, item: &Item) -> Markup {
    let counters = &report.counters;
    let state = item.state();
    let now = item.importing.snapshot();
    let preparing = item.preparing().read.load(Relaxed);
    let reading = item.reading.read.load(Relaxed);
    let read = counters.read.or_else(|| [preparing, reading].into_iter().find(|number| *number > 0));
    let under_way = (now.stage == Stage::Import).then_some(now.done);
    let arrived = [counters.imported, counters.updated, counters.already_there];
    // Everybody whose fate is known, those included whom the tenant refused.
    let known = arrived.iter().chain([&counters.failed]);
    let settled = arrived.iter().any(Option::is_some).then(|| known.flatten().sum());
    let proved = report.proof.as_ref().map(|proof| proof.compared);
    let stages = [
        ("read", read, None),
        ("map", counters.mapped, None),
        ("screen", counters.fixed, Some("mended")),
        ("pack", counters.packed, None),
        ("import", under_way.or(settled), None),
        ("settle", settled, None),
        ("prove", proved, Some("compared")),
    ];
    let active = match state {
        State::Reading => Some("read"),
        State::Preparing => Some("map"),
        State::Importing | State::Pausing | State::Cancelling => Some("import"),
        State::Proving => Some("prove"),
        _ => None,
    };
    html! {
        (chain(&stages, active))
        @if let Some(aside) = counters.set_aside.filter(|number| *number > 0) {
            p { (count(aside)) " set aside on the way: "
                a href=(format!("/runs/{}/set-aside", item.name())) { "see who and why" } "." }
        }
        @if let Some(left) = counters.left.filter(|number| *number > 0) {
            p { (count(left)) " left for their first login." }
        }
        @if let Some(failed) = counters.failed.filter(|number| *number > 0) {
            p { (count(failed)) " refused by the tenant: "
                a href=(format!("/runs/{}/refused", item.name())) { "see who and why" } "." }
        }
    }
}

fn chain(stages: &[(&str, Option<u64>, Option<&str>)], active: Option<&str>) -> Markup {
    html! {
        ol.chain {
            @for (name, number, what) in stages {
                li.active[active == Some(*name)] aria-current=[(active == Some(*name)).then_some("step")] {
                    span.caption { (name) }
                    span.figure { @match number { Some(number) => { (count(*number)) } None => { "–" } } }
                    @if let (Some(what), Some(_)) = (what, number) { span.caption { (what) } }
                }
            }
        }
    }
}

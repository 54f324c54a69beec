//! How far a run is.

use std::sync::atomic::Ordering::Relaxed;

use maud::{Markup, html};
use migration::import::Stage;
use migration::report::html::figures::{bytes, count, duration};
use migration::report::{Cause, Report};

use super::number_of;
use crate::work::{Dropped, Item, Origin, State};

/// Causes that are named in a cell.
const CAUSES: usize = 3;

/// A bar that is drawn here; `done` of `total`.
pub(crate) fn meter(done: u64, total: u64, label: &str) -> Markup {
    #[expect(clippy::cast_precision_loss, reason = "a bar to look at")]
    let share = done.min(total) as f64 * 100.0 / total.max(1) as f64;
    html! {
        svg.meter viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label=(format!("{label}: {share:.0} %")) {
            rect.track width="100" height="8" {}
            rect.fill width=(format!("{share:.2}")) height="8" {}
        }
    }
}

/// Where a run stands, in words, with a bar while it moves.
pub(crate) fn standing(item: &Item) -> Markup {
    match item.state() {
        State::Waiting => html! { "waits to be read" },
        State::Reading => {
            let (read, total) = (item.reading.read.load(Relaxed), item.reading.total.load(Relaxed));
            html! {
                "reading the site: " (count(read)) " of " (number_of(total.max(read), "account"))
                (meter(read, total, "read"))
            }
        }
        State::Preparing => preparing(item),
        State::Broken(why) => html! { strong.bad { "cannot be read" } span.why { (why) } },
        State::Ready if item.holds_nobody() => {
            html! { strong.bad { "nothing to import" } span.why { (nobody(&item.report())) } }
        }
        State::Cut(why) if item.holds_nobody() => {
            html! { strong.bad { "nothing to import" } span.why { (why) "; " (nobody(&item.report())) } }
        }
        State::Cut(why) => {
            html! { strong.bad { "breaks off" } span.why { (why) "; everything before it is prepared" } }
        }
        State::Incomplete(why) => {
            html! { strong.bad { "accounts are missing" } span.why { (why) "; what was read is kept" } }
        }
        State::Ready => html! { "ready" },
        State::Queued => html! { "waits for its turn" },
        State::Importing => importing(item, "importing"),
        State::Pausing => html! { "pausing: what is on its way is stored first" },
        State::Paused => html! { "paused" },
        State::Cancelling => html! { "stopping: what is on its way is stored first" },
        State::Cancelled => html! { "cancelled; what is there stays" },
        State::Stopped(why) => html! { strong.bad { "stopped" } span.why { (why) } },
        State::Proving => importing(item, "proving"),
        State::Done => match item.report().counters.failed {
            Some(failed) if failed > 0 => html! {
                span { "done" } ", " a.bad href=(format!("/runs/{}/refused", item.name())) { (count(failed)) " failed" }
            },
            _ => html! { "done" },
        },
    }
}

/// Why nobody of a run can be imported: what was set aside, most frequent first.
fn nobody(report: &Report) -> Markup {
    let causes: Vec<&Cause> = report.causes.iter().take(CAUSES).collect();
    html! {
        @match report.counters.read {
            None | Some(0) => "no account or user was found in it",
            Some(1) => "the only record was set aside",
            Some(read) => { "all " (count(read)) " records were set aside" }
        }
        @for (number, cause) in causes.iter().enumerate() {
            @if number == 0 { ": " } @else { ", " }
            (count(cause.count)) " " (cause.code)
        }
        @if report.causes.len() > CAUSES { ", and more" }
    }
}

/// Where a run stands, to be spoken aloud: it changes with the state and with every quarter of an import.
pub(crate) fn spoken(item: &Item) -> Markup {
    match item.state() {
        State::Reading => html! { "reading the site" },
        State::Preparing => html! { "reading, mapping, screening" },
        State::Importing => {
            let now = item.importing.snapshot();
            html! { "importing" @if now.total > 0 { ", " (now.done * 4 / now.total * 25) " %" } }
        }
        State::Proving => html! { "proving" },
        _ => standing(item),
    }
}

fn preparing(item: &Item) -> Markup {
    let now = item.preparing();
    let (read, size) = (now.read.load(Relaxed), now.bytes.load(Relaxed));
    let rate = per_second(read, item.seconds());
    html! {
        "reading, mapping, screening: " (number_of(read, "record")) ", " (count(rate)) "/s"
        // A packed file expands, so its size says nothing about the end.
        @match item.origin() {
            Origin::Upload { files, .. } if size <= total(&files) => { (meter(size, total(&files), "read")) }
            _ => { span.why { (bytes(size)) } }
        }
    }
}

/// Bytes of the files that are read.
fn total(files: &[Dropped]) -> u64 {
    files.iter().filter(|file| file.broken.is_none()).map(|file| file.bytes).sum()
}

fn importing(item: &Item, what: &str) -> Markup {
    let now = item.importing.snapshot();
    let stage = match now.stage {
        Stage::Idle | Stage::Preflight => "looking at the tenant",
        Stage::Import => "importing",
        Stage::Write => "writing the lists",
        Stage::Compare => "reading users back",
        Stage::Logins => "trying logins",
    };
    let rate = per_second(now.done, item.seconds());
    html! {
        @if let Some(outage) = item.importing.outage() {
            (stage) ": " (count(now.done)) " of " (count(now.total)) ", the tenant: " (outage)
        } @else if now.total == 0 { (what) } @else {
            (stage) ": " (count(now.done)) " of " (count(now.total))
            @if now.stage == Stage::Import && rate > 0 {
                ", " (count(rate)) "/s, "
                @let left = now.total.saturating_sub(now.done) / rate.max(1);
                (duration(seconds(left))) " left"
            }
            @if now.failed > 0 { ", " (count(now.failed)) " failed" }
            (meter(now.done, now.total, stage))
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rate to look at"
)]
fn per_second(done: u64, seconds: f64) -> u64 {
    if seconds < 0.5 { 0 } else { (done as f64 / seconds) as u64 }
}

#[expect(clippy::cast_precision_loss, reason = "a time to look at")]
fn seconds(whole: u64) -> f64 {
    whole as f64
}

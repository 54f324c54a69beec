//! What a dry run has shown, step by step.

use crate::ui::number_of;
use dataflow::runner::Status;
use dataflow::runner::trial::{Given, Trial, TriedStep};
use maud::{Markup, html};
use migration::report::html::figures::{bytes, count};
use serde_json::Value;

use super::said::{self, Spoken};

/// Characters of a record that are shown.
const LONGEST: usize = 20_000;

pub(super) fn drawn(trial: &Trial) -> Markup {
    html! {
        section aria-labelledby="between" {
            h2 id="between" { "Between the steps" }
            @match &trial.status {
                Status::Succeeded => { p.done role="status" { (number_of(trial.records, "record")) " went through. Nothing was written." } }
                Status::Failed(failure) => { p.problem role="alert" { "Step " strong { (failure.step) } " failed: " (failure.message) " What came before it is shown. Nothing was written." } }
                Status::Stopped => { p.problem role="alert" { "It took too long and was stopped. What was seen until then is shown. Nothing was written." } }
            }
            @for step in &trial.steps { (one(step)) }
            p.hint { "Secrets are hidden: passwords, hashes, salts, keys, tokens, wherever a step has put them." }
        }
    }
}

fn one(step: &TriedStep) -> Markup {
    let number = &step.count;
    html! {
        section.tried {
            h3 { (number.id) " " code { (number.component) } }
            p {
                @if number.received > 0 { (count(number.received)) " came, " }
                (count(number.passed)) @if step.writes { " would have been written" } @else { " went on" }
                @if number.failed > 0 { ", " strong.bad { (count(number.failed)) " failed" } }
                @if number.dropped > 0 { ", " (count(number.dropped)) " were dropped on purpose" }
            }
            @for (at, given) in step.gave.iter().enumerate() { (thing(at + 1, given, at == 0)) }
            @let kept = step.gave.len() as u64;
            @if number.passed > kept { p.hint { "and " (count(number.passed - kept)) " more" } }
            @for failed in &step.failed {
                details { summary { strong.bad { "Failed: " } (failed.message) } (json(&failed.record)) }
            }
            (said::lines(step.said.iter().map(|line| Spoken { step: None, is_error: line.level == "error", text: &line.text })))
        }
    }
}

fn thing(number: usize, given: &Given, open: bool) -> Markup {
    html! {
        @match given {
            Given::Record(record) => {
                details open[open] { summary { "Record " (number) @if let Some(title) = title(record) { ": " (title) } } (json(record)) }
            }
            Given::File { name, size, begins } => {
                @match begins {
                    Some(text) => details open[open] { summary { "File " (name) ", " (bytes(*size)) } pre.wrap { (text) } },
                    None => p { strong { "File " (name) ", " (bytes(*size)) } },
                }
            }
        }
    }
}

/// By what a person knows a record.
fn title(record: &Value) -> Option<&str> {
    ["UID", "uid", "user_id", "email", "id"].iter().find_map(|name| record[*name].as_str())
}

fn json(record: &Value) -> Markup {
    let text = serde_json::to_string_pretty(record).unwrap_or_default();
    let short: Option<String> =
        (text.chars().count() > LONGEST).then(|| text.chars().take(LONGEST).chain(['…']).collect());
    html! { pre.wrap { (short.as_deref().unwrap_or(&text)) } }
}

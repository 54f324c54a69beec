//! The form, drawn.

use maud::{Markup, html};
use migration::codes;
use migration::mend::Progress;
use migration::prepare::{Fate, Judged, Lane};

use super::fields::{Fields, TEXTS};
use super::opened::{Line, Opened};
use crate::advice::{advice, of_line};
use crate::app::App;
use crate::ui::{csrf, sentence};

/// Why the user was not imported, and what can be done.
pub(super) fn cause(line: &Line) -> Markup {
    match line {
        Line::SetAside(line) => html! {
            p { strong { (sentence(&line.reason)) } " (" code { (line.code) } "). " (of_line(&line.code, &line.fix).sentence()) }
            p.hint { "Record " (line.position.record) " of " code { (line.position.input) }
                @if line.code.starts_with("duplicate_") { ". Give this account an identifier of its own, and both are imported; the other account stays as it is." }
                @else { "." } }
        },
        Line::Refused(line) => html! {
            p { "The tenant said: " strong { (line.message) } " (" code { (line.code) } "). " (advice(&line.code).sentence()) }
            p.hint { "Row " (line.row) " of part " (line.part) ", as it was sent." }
        },
    }
}

/// What can be done with it now.
pub(super) fn body(app: &App, run: &str, opened: &Opened, fields: &Fields) -> Markup {
    if let Some(Progress::Sent(by)) = &opened.progress {
        return html! {
            p.done { @match opened.line { Line::SetAside(_) => "This user was mended and sent with run ", Line::Refused(_) => "This user was sent again with run " } a href=(format!("/runs/{by}")) { (by) } ", which says what became of it." }
        };
    }
    let path = format!("/runs/{run}/{}/{}", opened.line.list().name(), opened.at);
    html! {
        @if opened.progress.is_some() { p.done { "This user was mended before and waits to be sent. What you store now counts." } }
        @match &opened.draft {
            Ok(draft) => (user(app, &path, opened, fields, draft.has_password())),
            Err(error) => { p.problem role="alert" { "There is no user in this record yet: " (error) "." } (record(app, &path, opened)) }
        }
    }
}

/// A record that cannot be read, to be edited as text.
fn record(app: &App, path: &str, opened: &Opened) -> Markup {
    html! {
        form.stack.wide method="post" action=(format!("{path}/record")) {
            (csrf(app))
            label for="record" { "The record as it stands in the input" }
            p.hint id="record-hint" { "Mend it until it is JSON again. What may be a hash, a salt or a key is covered; leave the covers where they are, and they come back. The input itself is not changed." }
            textarea.code id="record" name="record" rows="16" spellcheck="false" aria-describedby="record-hint" { "\n" (opened.covered.text) }
            div.row { button { "Read it again" } }
        }
    }
}

fn user(app: &App, path: &str, opened: &Opened, fields: &Fields, has_password: bool) -> Markup {
    let judged = fields.user().and_then(|user| opened.judge(user).map_err(|error| error.to_string()));
    html! {
        form.stack.wide method="post" action=(path) hx-post=(format!("{path}/judge")) hx-trigger="input delay:400ms" hx-target="#verdict" {
            (csrf(app))
            @if !fields.record.is_empty() { input type="hidden" name="record" value=(fields.record); }
            @for (name, label, hint) in TEXTS {
                label for=(name) { (label) }
                input id=(name) name=(name) value=(fields.text(name)) autocomplete="off" aria-describedby=[(!hint.is_empty()).then(|| format!("{name}-hint"))];
                @if !hint.is_empty() { p.hint id=(format!("{name}-hint")) { (hint) } }
                @if name == "email" {
                    label.check { input type="checkbox" name="verified" checked[fields.is_verified()]; " the address is verified: it is known to belong to this person" }
                }
            }
            label for="rest" { "Everything else, as JSON" }
            textarea.code id="rest" name="rest" rows="12" spellcheck="false" aria-describedby="rest-hint" { "\n" (fields.rest) }
            p.hint id="rest-hint" { @if has_password { "Its password hash goes with it; it is not shown." } @else { "No password hash goes with it: the user needs a new password." } }
            div id="verdict" role="status" {
                @match judged { Ok(judged) => (verdict(&judged)), Err(mistake) => (mistaken(&mistake)) }
            }
            div.row { button { "Store the mended user" } }
        }
    }
}

/// What the screen says.
pub(super) fn verdict(judged: &Judged) -> Markup {
    html! {
        @match &judged.fate {
            Fate::SetAside { code, reason } => p.problem { "It would be set aside again: " (reason) " (" code { (code) } "). " (advice(code).sentence()) },
            Fate::Packed { lane, .. } => p.done { "Auth0 takes this user" @if *lane == Lane::Hash { ", with its password" } "." },
            Fate::Left | Fate::NotSelected => p { "It would not be sent." },
        }
        @for code in &judged.mended { p.hint { "It will be mended, " code { (code) } ": " (codes::mended(code)) "." } }
    }
}

/// What was typed cannot be read.
pub(super) fn mistaken(mistake: &str) -> Markup {
    html! { p.problem { (mistake) "." } }
}

//! The result, drawn: what the screen says, and both columns with lines between them.

use mapping::DocumentError;
use maud::{Markup, html};
use migration::codes;
use migration::prepare::{Fate, Lane};

use super::columns::{Columns, Row, Standing, columns};
use super::outcome::{Mapped, Outcome};
use crate::account::Pick;
use crate::advice::advice;

/// Height of a row in pixels; the style sheet has the same, so that nothing has to be measured.
const ROW: usize = 30;

/// What came of a document and an account.
pub(super) fn outcome(outcome: &Outcome, pick: &Pick, document: &str) -> Markup {
    match outcome {
        Outcome::Mistake(mistake) => mistaken(mistake, document),
        Outcome::Unreadable { reason } => {
            html! { p.problem role="alert" { "This record is no account: " (reason) "." } }
        }
        Outcome::Mapped(mapped) => html! {
            h2 { @match pick { Pick::Nth(place) => { "Account " (place + 1) " of the source" }, Pick::Named(name) => { "Account " (name) } } }
            (verdict(mapped))
            (side_by_side(&columns(mapped)))
        },
    }
}

fn mistaken(mistake: &DocumentError, document: &str) -> Markup {
    let line = document.lines().nth(mistake.line - 1).unwrap_or("");
    let caret = format!("{}^", " ".repeat(mistake.column - 1));
    html! {
        div.problem role="alert" {
            p { "Line " (mistake.line) ", column " (mistake.column) ": " (mistake.message) ". " a href="#document" data-line=(mistake.line) { "Go to line " (mistake.line) } }
            pre { (line) "\n" (caret) }
        }
    }
}

/// What becomes of the user, in words.
fn verdict(mapped: &Mapped) -> Markup {
    let judged = &mapped.judged;
    html! {
        div role="status" {
            @match &judged.fate {
                Fate::Packed { lane, .. } => p.done { "This user can be imported. " (way(*lane)) },
                Fate::Left => p.done { "This user is left for the first login: its password cannot move." },
                Fate::SetAside { code, reason } => {
                    p.problem { strong { "Set aside: " } (reason) " (" code { (code) } "). " (advice(code).sentence()) }
                }
                Fate::NotSelected => p { "This account is not among those that are asked for." },
            }
            @if let Some(password) = &judged.password { p.hint { "Its password cannot move: " (password.reason) "." } }
            @for code in &judged.mended { p.hint { "Mended, " code { (code) } ": " (codes::mended(code)) "." } }
        }
    }
}

fn way(lane: Lane) -> &'static str {
    match lane {
        Lane::Hash => "Its password moves with it.",
        Lane::Lazy => "Its password is checked at Gigya at the first login.",
        Lane::Social => "It has no password and logs in with a social provider.",
        Lane::Reset => "It needs a new password.",
    }
}

fn side_by_side(columns: &Columns) -> Markup {
    let rows = columns.account.len().max(columns.user.len());
    let height = rows * ROW;
    let middle = |row: usize| row * ROW + ROW / 2;
    html! {
        div.scroll tabindex="0" role="region" aria-label="Account and user" {
            div.crosswalk {
                div {
                    h3 { "Account" }
                    ul.rows { @for row in &columns.account { (of_account(row)) } }
                    (more(columns.more[0]))
                }
                svg.links width="90" height=(height) viewBox=(format!("0 0 90 {height}")) aria-hidden="true" {
                    @for line in &columns.lines {
                        @let (from, to) = (middle(line.from), middle(line.to));
                        path d=(format!("M0 {from} C40 {from} 50 {to} 90 {to}")) data-links=(line.link) {}
                    }
                }
                div {
                    h3 { "User" }
                    ul.rows { @for row in &columns.user { (of_user(row)) } }
                    (more(columns.more[1]))
                }
            }
        }
        p.hint { "Grey: reaches nowhere. Grey and italic: the mapping looked at it and took another. Hashes are never shown." }
    }
}

fn more(count: usize) -> Markup {
    html! { @if count > 0 { p.hint { (count) " more rows are not drawn." } } }
}

/// Numbers of links, by which the script finds what belongs together.
fn numbers(links: &[usize]) -> Option<String> {
    (!links.is_empty()).then(|| links.iter().map(usize::to_string).collect::<Vec<_>>().join(" "))
}

fn of_account(row: &Row) -> Markup {
    let (class, says) = match row.standing {
        Standing::Moves => ("", None),
        Standing::Looked => ("looked", Some("looked at")),
        Standing::Nowhere => ("nowhere", Some("reaches nowhere")),
    };
    html! {
        li class=(class) data-links=[numbers(&row.links)] title=(row.value) {
            code { (row.path) } " " span { (row.value) } @if let Some(says) = says { span.away { " (" (says) ")" } }
        }
    }
}

fn of_user(row: &Row) -> Markup {
    html! {
        li data-links=[numbers(&row.links)] title=(row.value) {
            code { (row.path) } " " span { (row.value) }
            @match &row.from {
                Some((line, sources)) => {
                    span.away { " from " @if sources.is_empty() { "a constant" } @else { (sources.join(", ")) } }
                    small { "line " (line) }
                }
                None => { small { "by the screen" } }
            }
        }
    }
}

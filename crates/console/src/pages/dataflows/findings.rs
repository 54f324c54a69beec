//! What a check has found.

use dataflow::graph::{Finding, Severity};
use maud::{Markup, html};

use super::graph::link;
use crate::ui::prose;

/// All of it, errors first; `path` is where the page of the dataflow is.
pub(super) fn list(findings: &[Finding], path: &str) -> Markup {
    let of = |severity| findings.iter().filter(move |finding| finding.severity == severity);
    html! {
        @if of(Severity::Error).next().is_some() {
            div.problem {
                p { "It cannot run:" }
                ul { @for finding in of(Severity::Error) { (one(finding, path)) } }
            }
        }
        @if of(Severity::Warning).next().is_some() {
            div.attention {
                p { "Worth a look:" }
                ul { @for finding in of(Severity::Warning) { (one(finding, path)) } }
            }
        }
    }
}

fn one(finding: &Finding, path: &str) -> Markup {
    html! {
        li {
            @if let Some(step) = &finding.step { a href=(link(path, step)) { (step) } ": " }
            (prose(&finding.message))
            @if matches!(finding.code, "open_slot" | "open_variable") { "; it is filled in when the dataflow is tried or run" }
            @else if !finding.help.is_empty() { "; " (prose(&finding.help)) }
            " " a.quiet href=(format!("{path}/source#line-{}", finding.place.line)) data-line=(finding.place.line) { "line " (finding.place.line) }
        }
    }
}

/// The same by line, for a listing.
pub(super) fn by_line(findings: &[Finding]) -> Vec<(usize, String)> {
    findings.iter().map(|finding| (finding.place.line, finding.message.clone())).collect()
}

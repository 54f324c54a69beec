//! `report.html`: the report for a person. One file, no network, light and dark; the charts are drawn here.

pub mod figures;
mod flow;
mod jobs;
mod tables;
mod words;

use maud::{DOCTYPE, Markup, PreEscaped, Render, html};

use self::figures::{count, duration};
use super::Report;

/// The style sheet of the page. Whoever shows [`sections`] elsewhere needs it.
pub const STYLE: &str = include_str!("style.css");

/// No script, no picture from elsewhere, nothing but the style in the page itself.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The page. `advice` says what a person can do about a code of the report; an empty answer leaves it out.
///
/// Everything that comes from the report is escaped; nothing of it becomes part of a link or of the style.
#[must_use]
pub fn render(report: &Report, advice: &dyn Fn(&str) -> String) -> String {
    let title = if report.run.is_empty() {
        "Migration report".to_owned()
    } else {
        format!("Migration report: {}", report.run)
    };
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        p.kicker { "From Gigya to Auth0" }
                        h1 { (if report.run.is_empty() { "Migration report" } else { report.run.as_str() }) }
                        p.headline { (headline(report)) }
                    }
                    (sections(report, advice))
                }
            }
        }
    };
    page.into_string()
}

/// Everything of the page below its title, such as another page shows it with [`STYLE`].
#[must_use]
pub fn sections<A: Render>(report: &Report, advice: &dyn Fn(&str) -> A) -> Markup {
    html! {
        (flow::section(report))
        (tables::troubles(report))
        (tables::proof(report))
        (tables::lanes(report))
        (tables::passwords(report))
        (tables::causes(report, advice))
        (tables::mended(report))
        (jobs::section(report))
        (tables::not_moved(report))
        (tables::warnings(report))
        (tables::estimates(report))
        (tables::work(report))
    }
}

/// What happened, in a sentence or two.
#[must_use]
pub fn headline(report: &Report) -> Markup {
    let counters = &report.counters;
    let arrived = [counters.imported, counters.updated, counters.already_there];
    let seconds: f64 = report.seconds.get("total").copied().unwrap_or_else(|| report.seconds.values().sum());
    html! {
        @if arrived.iter().any(Option::is_some) {
            strong { (count(arrived.iter().flatten().sum())) }
            @if let Some(read) = counters.read { " of " (count(read)) " accounts" } @else { " users" }
            " are in the tenant."
        } @else if let Some(packed) = counters.packed {
            strong { (count(packed)) }
            @if let Some(read) = counters.read { " of " (count(read)) " accounts" } @else { " users" }
            " are ready to be imported."
        }
        @if let Some(set_aside) = counters.set_aside.filter(|count| *count > 0) {
            " " (count(set_aside)) " set aside."
        }
        @if let Some(left) = counters.left.filter(|count| *count > 0) {
            " " (count(left)) " left for their first login."
        }
        @if let Some(failed) = counters.failed.filter(|count| *count > 0) {
            " " strong { (count(failed)) " refused." }
        }
        @if let Some(open) = counters.open.filter(|count| *count > 0) {
            " " strong { (count(open)) " without an outcome yet." }
        }
        @if seconds > 0.0 { " It took " (duration(seconds)) "." }
    }
}

#[cfg(test)]
mod tests;

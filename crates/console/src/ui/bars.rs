//! Shares of a whole, as bars.

use maud::{Markup, html};
use migration::report::html::figures::{count, percent};

/// A row of a chart.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bar {
    /// What is counted.
    pub(crate) name: String,
    /// More about it, in small letters.
    pub(crate) note: String,
    /// How many.
    pub(crate) count: u64,
    /// How many of them are drawn in the accent colour; the rest is drawn paler.
    pub(crate) good: u64,
}

impl Bar {
    /// A row of one colour.
    pub(crate) fn new(name: impl Into<String>, count: u64) -> Self {
        Self { name: name.into(), note: String::new(), count, good: count }
    }
}

/// A table with a bar in each row. `what` heads the column of names, `unit` that of numbers; `total` is the whole.
pub(crate) fn bars(what: &str, unit: &str, rows: &[Bar], total: u64) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(format!("{what}, by {}", unit.to_lowercase())) { table.bars {
            thead { tr {
                th.number scope="col" { (unit) } th.number scope="col" { "Share" } th scope="col" { (what) }
                th.bar scope="col" { span.away { "Drawn" } }
            } }
            tbody { @for row in rows {
                tr {
                    td.number { (count(row.count)) }
                    td.number.quiet { (percent(row.count, total)) }
                    th scope="row" { (row.name) @if !row.note.is_empty() { span.why { (row.note) } } }
                    td.bar { (bar(row, total)) }
                }
            } }
        } }
    }
}

fn bar(row: &Bar, total: u64) -> Markup {
    #[expect(clippy::cast_precision_loss, reason = "a bar to look at")]
    let width = |number: u64| format!("{:.2}", number.min(total) as f64 * 100.0 / total.max(1) as f64);
    html! {
        svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect.track width="100" height="8" {}
            @if row.good < row.count { rect.rest width=(width(row.count)) height="8" {} }
            rect.fill width=(width(row.good)) height="8" {}
        }
    }
}

//! The tables of the page.

use maud::{Markup, Render, html};

use super::figures::{bytes, count, duration, percent};
use super::words::meaning;
use crate::codes;
use crate::report::{Cause, Report};

/// Rows beyond this number are counted, not shown; `report.json` has them all.
const MOST: usize = 60;

pub(super) fn troubles(report: &Report) -> Markup {
    html! {
        @if !report.troubles.is_empty() {
            section.attention {
                h2 { "Inputs that broke off" }
                ul { @for trouble in &report.troubles { li { (trouble) } } }
            }
        }
    }
}

pub(super) fn proof(report: &Report) -> Markup {
    html! {
        @if report.logins.is_some() || report.proof.is_some() {
            section {
                h2 { "Proved" }
                div.tiles {
                    @if let Some(logins) = &report.logins {
                        div { span.figure { (count(logins.passed)) small { " of " (count(logins.tried)) } }
                            span.caption { "logins with the right password got in" } }
                        @if logins.wrong_tried > 0 {
                            div { span.figure { (count(logins.wrong_refused)) small { " of " (count(logins.wrong_tried)) } }
                                span.caption { "logins with a wrong password were kept out" } }
                        }
                    }
                    @if let Some(proof) = &report.proof {
                        div { span.figure { (count(proof.equal)) small { " of " (count(proof.compared)) } }
                            span.caption { "users read back from the tenant are as they were sent" } }
                    }
                }
                @if let Some(proof) = report.proof.as_ref().filter(|proof| !proof.differences.is_empty()) {
                    table {
                        thead { tr { th.number { "Users" } th { "Field that differs" } } }
                        tbody { @for (field, users) in &proof.differences {
                            tr { td.number { (count(*users)) } td { code { (field) } } }
                        } }
                    }
                }
            }
        }
    }
}

pub(super) fn lanes(report: &Report) -> Markup {
    let Some(lanes) = &report.lanes else { return html! {} };
    let rows = [
        ("With their password", "the hash moves; nobody notices", lanes.hash),
        ("At their first login", "the password is checked at Gigya once", lanes.lazy),
        ("By social login", "they never had a password", lanes.social),
        ("By password reset", "they have no password that Auth0 could check", lanes.reset),
    ];
    let total: u64 = rows.iter().map(|row| row.2).sum();
    html! {
        section {
            h2 { "How people log in afterwards" }
            table.bars {
                thead { tr { th.number { "Users" } th.number { "Share" } th { "" } th.bar { "" } } }
                tbody { @for (name, why, users) in rows.into_iter().filter(|row| row.2 > 0) {
                    tr {
                        td.number { (count(users)) }
                        td.number.quiet { (percent(users, total)) }
                        td { (name) span.why { (why) } }
                        td.bar { svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
                            rect.track width="100" height="8" {}
                            rect.fill width=(format!("{:.2}", users as f64 * 100.0 / total.max(1) as f64)) height="8" {}
                        } }
                    }
                } }
            }
        }
    }
}

pub(super) fn passwords(report: &Report) -> Markup {
    html! {
        @if !report.passwords.is_empty() {
            section {
                h2 { "Passwords that cannot move" }
                table {
                    thead { tr { th.number { "Users" } th { "Why" } th.code { "Code" } } }
                    tbody { @for row in report.passwords.iter().take(MOST) {
                        tr { td.number { (count(row.count)) } td { (row.reason) } td.code { code { (row.code) } } }
                    } }
                }
                (more(report.passwords.len()))
            }
        }
    }
}

pub(super) fn causes<A: Render>(report: &Report, advice: &dyn Fn(&str) -> A) -> Markup {
    let groups = [
        ("Could not be read", "read"),
        ("Auth0 would not take them as they are", "screen"),
        ("More than one account for the same person", "duplicates"),
        ("Refused by the tenant", "import"),
    ];
    let other = |cause: &&Cause| !groups.iter().any(|(_, stage)| cause.stage == *stage);
    html! {
        @if !report.causes.is_empty() {
            section {
                h2 { "Not imported, and what to do" }
                table {
                    thead { tr { th.number { "Accounts" } th { "Why" } th { "What to do" } th.code { "Code" } } }
                    @for (heading, stage) in groups {
                        (group(heading, report.causes.iter().filter(|cause| cause.stage == stage).collect(), advice))
                    }
                    (group("Other", report.causes.iter().filter(other).collect(), advice))
                }
                p.note { "Each of them stands in " code { "set-aside.ndjson" } " or " code { "retry.ndjson" } " of the run, with its reason." }
            }
        }
    }
}

fn group<A: Render>(heading: &str, causes: Vec<&Cause>, advice: &dyn Fn(&str) -> A) -> Markup {
    html! {
        @if !causes.is_empty() {
            tbody {
                tr.group { th.number { (count(causes.iter().map(|cause| cause.count).sum())) } th colspan="3" scope="rowgroup" { (heading) } }
                @for cause in causes { (row(cause, advice)) }
            }
        }
    }
}

fn row<A: Render>(cause: &Cause, advice: &dyn Fn(&str) -> A) -> Markup {
    html! {
        tr {
            td.number { (count(cause.count)) }
            td { (meaning(&cause.code)) }
            td.quiet { (advice(&cause.code)) }
            td.code { code { (cause.code) } }
        }
    }
}

pub(super) fn mended(report: &Report) -> Markup {
    html! {
        @if !report.mended.is_empty() {
            section {
                h2 { "Mended on the way" }
                table {
                    thead { tr { th.number { "Users" } th { "What" } th { "How" } th.code { "Code" } } }
                    tbody { @for cause in &report.mended { (row(cause, &|code| codes::mended(code).to_owned())) } }
                }
            }
        }
    }
}

pub(super) fn not_moved(report: &Report) -> Markup {
    let shown = &report.not_moved[..report.not_moved.len().min(MOST)];
    html! {
        @if !report.not_moved.is_empty() {
            section {
                h2 { "Not moved" }
                p { "Members of accounts that the mapping sends nowhere. To keep one, name it in the mapping." }
                div.side {
                    @for rows in shown.chunks(shown.len().div_ceil(if shown.len() > 8 { 2 } else { 1 }).max(1)) {
                        table {
                            thead { tr { th.number { "Times" } th { "Member" } } }
                            tbody { @for row in rows { tr { td.number { (count(row.count)) } td { code { (row.path) } } } } }
                        }
                    }
                }
                (more(report.not_moved.len()))
            }
        }
    }
}

pub(super) fn warnings(report: &Report) -> Markup {
    html! {
        @if !report.warnings.is_empty() {
            section {
                h2 { "Noticed" }
                table {
                    thead { tr { th.number { "Times" } th { "What" } th.code { "Code" } } }
                    tbody { @for (code, times) in &report.warnings {
                        tr { td.number { (count(*times)) } td { (meaning(code)) } td.code { code { (code) } } }
                    } }
                }
            }
        }
    }
}

pub(super) fn estimates(report: &Report) -> Markup {
    html! {
        @if !report.estimates.is_empty() {
            section {
                h2 { "Expected duration of the import" }
                table {
                    thead { tr { th.number { "Time" } th { "Tier of the tenant" } th { "Where the figure comes from" } } }
                    tbody { @for estimate in &report.estimates {
                        tr { td.number { (duration(estimate.seconds)) } td { (estimate.tier) } td.quiet { (estimate.source) } }
                    } }
                }
            }
        }
    }
}

/// Parts, requests and time.
pub(super) fn work(report: &Report) -> Markup {
    html! {
        @if report.parts.is_some() || !report.requests.is_empty() || !report.seconds.is_empty() {
            section {
                h2 { "The work" }
                div.side {
                    @if !report.seconds.is_empty() {
                        table {
                            thead { tr { th.number { "Time" } th { "Stage" } } }
                            tbody { @for (stage, seconds) in &report.seconds {
                                tr { td.number { (duration(*seconds)) } td { (stage.replace('_', " ")) } }
                            } }
                        }
                    }
                    @if !report.requests.is_empty() {
                        table {
                            thead { tr { th.number { "Number" } th { "Requests to the tenant" } } }
                            tbody { @for (kind, number) in &report.requests {
                                tr {
                                    td.number { (if kind.ends_with("seconds") { duration(*number) } else { count(number.round().max(0.0) as u64) }) }
                                    td { (kind.trim_end_matches("_seconds").replace('_', " ")) }
                                }
                            } }
                        }
                    }
                    @if let Some(parts) = report.parts {
                        table {
                            thead { tr { th.number { "Size" } th { "Files of users" } } }
                            tbody {
                                tr { td.number { (count(parts)) } td { "parts" } }
                                @if let Some(size) = report.bytes {
                                    tr { td.number { (bytes(size)) } td { "in all" } }
                                    @if parts > 0 { tr { td.number { (bytes(size / parts)) } td { "a part" } } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn more(rows: usize) -> Markup {
    html! { @if rows > MOST { p.note { "and " (count((rows - MOST) as u64)) " more in " code { "report.json" } } } }
}

//! The profile, drawn.

use maud::{Markup, html};
use migration::codes;
use migration::profile::{Hashes, Named, Profile};
use migration::report::html::figures::count;
use migration::report::{Cause, Report};

use crate::advice::advice;
use crate::ui::{Bar, bars, number_of, sentence};

/// Rows of a chart; what is beyond stands together in the last.
const ROWS: usize = 12;
/// Fields that are shown here.
const FIELDS: usize = 20;

pub(super) fn drawn(report: &Report) -> Markup {
    let Some(profile) = &report.profile else { return html! { p { "No account could be read." } } };
    let all = profile.accounts;
    html! {
        div.tiles {
            (tile(all, "accounts can be read"))
            (tile(report.counters.packed.unwrap_or(0), "become users"))
            (tile(report.counters.set_aside.unwrap_or(0), "are set aside, each with a reason"))
            @if profile.lite > 0 { (tile(profile.lite, "are lite accounts")) }
            @if profile.unregistered > 0 { (tile(profile.unregistered, "never finished their registration")) }
        }
        section { h3 { "How passwords are stored" } (hashes(profile)) }
        (lanes(report))
        div.charts.below {
            section { h3 { "Addresses" } (bars("Address", "Accounts", &emails(profile), all)) }
            section { h3 { "Last login" } (bars("Within", "Accounts", &named(&profile.last_login, true), all)) }
            section { h3 { "Providers" } (bars("Provider", "Accounts", &named(&profile.providers, false), all)) }
            section { h3 { "Countries" } (bars("Country", "Accounts", &named(&profile.countries, false), all)) }
        }
        (awkward(report))
        (fields(profile))
    }
}

fn tile(number: u64, what: &str) -> Markup {
    html! { div { span.figure { (count(number)) } span.caption { (what) } } }
}

/// Forms of an algorithm that are named; the rest is counted.
const FORMS: usize = 4;

fn hashes(profile: &Profile) -> Markup {
    let mut rows: Vec<Bar> = Vec::new();
    for one in &profile.hashes {
        match rows.iter_mut().find(|row| row.name == one.algorithm) {
            Some(row) => {
                row.count += one.count;
                row.good += one.moves;
            }
            None => rows.push(Bar {
                name: one.algorithm.clone(),
                note: String::new(),
                count: one.count,
                good: one.moves,
            }),
        }
    }
    for row in &mut rows {
        let forms: Vec<&Hashes> = profile.hashes.iter().filter(|one| one.algorithm == row.name).collect();
        row.note = note(&forms);
    }
    rows.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    if profile.without_password > 0 {
        rows.push(Bar { good: 0, ..Bar::new("no password", profile.without_password) });
    }
    html! {
        p.hint { "In full colour: Auth0 can check the hash, so that nobody notices. Pale: it cannot." }
        (bars("Algorithm", "Accounts", &rows, profile.accounts))
    }
}

/// How an algorithm is used, and how much of that can move.
fn note(forms: &[&Hashes]) -> String {
    let said = |one: &&Hashes| {
        let form = if one.form.is_empty() { "plain" } else { &one.form };
        let number = if forms.len() > 1 { format!(" {}", count(one.count)) } else { String::new() };
        match one.moves {
            0 => format!("{form}{number}, cannot move"),
            all if all == one.count => format!("{form}{number}"),
            some => format!("{form}{number}, {} can move", count(some)),
        }
    };
    let mut said: Vec<String> = forms.iter().take(FORMS).map(said).collect();
    let more = forms.len().saturating_sub(FORMS);
    if more > 0 {
        said.push(format!("{more} more forms"));
    }
    said.join("; ")
}

fn lanes(report: &Report) -> Markup {
    let Some(lanes) = report.lanes else { return html! {} };
    let rows = [
        ("hash", "the password moves with the user", lanes.hash),
        ("lazy", "checked at Gigya at the first login", lanes.lazy),
        ("social", "no password but a social login", lanes.social),
        ("reset", "a new password is needed", lanes.reset),
    ];
    let total = rows.iter().map(|row| row.2).sum();
    let rows: Vec<Bar> = rows
        .into_iter()
        .filter(|row| row.2 > 0)
        .map(|(name, note, users)| Bar { note: note.to_owned(), ..Bar::new(name, users) })
        .collect();
    html! { section.below { h3 { "Lanes: how passwords get across" } (bars("Lane", "Users", &rows, total)) } }
}

fn emails(profile: &Profile) -> Vec<Bar> {
    let emails = profile.emails;
    [("verified", emails.verified), ("not verified", emails.unverified), ("none", emails.missing)]
        .map(|(name, count)| Bar::new(name, count))
        .to_vec()
}

/// The most frequent names, or all of them.
fn named(all: &[Named], whole: bool) -> Vec<Bar> {
    let shown = if whole { all.len() } else { ROWS };
    let mut rows: Vec<Bar> =
        all.iter().take(shown).map(|one| Bar::new(one.name.clone(), one.count)).collect();
    let rest = all.get(shown..).unwrap_or_default();
    if !rest.is_empty() {
        rows.push(Bar::new(
            format!("{} more", count(rest.len() as u64)),
            rest.iter().map(|one| one.count).sum(),
        ));
    }
    rows
}

/// What was set aside, mended or noticed.
fn awkward(report: &Report) -> Markup {
    let row = |cause: &Cause, what: &str, words: Markup| {
        html! { tr {
            td.number { (count(cause.count)) } td { (what) } th.nowrap scope="row" { code { (cause.code) } } td { (words) }
        } }
    };
    let is_empty = report.causes.is_empty() && report.mended.is_empty() && report.warnings.is_empty();
    html! {
        section.below {
            h3 { "Awkward cases" }
            @for trouble in &report.troubles { p.problem { (trouble) } }
            @if is_empty { @if report.troubles.is_empty() { p { "None." } } } @else {
                div.scroll tabindex="0" role="region" aria-label="Awkward cases" { table {
                    thead { tr { th.number scope="col" { "Accounts" } th scope="col" { "What becomes of them" } th scope="col" { "Code" } th scope="col" { "What to do" } } }
                    tbody {
                        @for cause in &report.causes { (row(cause, "set aside", advice(&cause.code).sentence())) }
                        @for cause in &report.mended { (row(cause, "mended", html! { (sentence(codes::mended(&cause.code))) "." })) }
                        @for (code, times) in &report.warnings {
                            tr { td.number { (count(*times)) } td { "noticed" } th.nowrap scope="row" { code { (code) } } td { "Nothing: it is told in the report." } }
                        }
                    }
                } }
            }
        }
    }
}

fn fields(profile: &Profile) -> Markup {
    let mut most: Vec<&Named> = profile.fields.iter().collect();
    most.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
    let rows: Vec<Bar> =
        most.into_iter().take(FIELDS).map(|one| Bar::new(one.name.clone(), one.count)).collect();
    html! {
        section.below {
            h3 { "Fields, and how often they are filled" }
            (bars("Field", "Accounts", &rows, profile.accounts))
            @if profile.fields.len() > FIELDS {
                p { a href="/source/fields" { "All " (number_of(profile.fields.len() as u64, "field")) } }
            }
        }
    }
}

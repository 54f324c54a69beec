//! What became of each user of a run who was mended.

use maud::{Markup, html};
use migration::mend::{Became, End, Progress, became};
use migration::report::html::figures::count;
use migration::run::RunFolder;

/// Users that are shown; whoever mends more by hand looks at the lists.
const MOST: usize = 100;

/// A table; nothing when nobody was mended.
pub(super) fn section(folder: &RunFolder) -> Markup {
    let all = match became(folder) {
        Ok(all) => all,
        Err(error) => {
            return html! { p.problem { "What became of mended users cannot be read: " (error) "." } };
        }
    };
    html! {
        @if !all.is_empty() {
            section aria-labelledby="mended" {
                h2 id="mended" { "Mended by hand" }
                div.scroll tabindex="0" role="region" aria-labelledby="mended" { table {
                    thead { tr { th scope="col" { "User" } th scope="col" { "Sent with" } th scope="col" { "What became of it" } } }
                    tbody { @for one in all.iter().take(MOST) { (row(one)) } }
                } }
                @if all.len() > MOST { p { "And " (count((all.len() - MOST) as u64)) " more." } }
            }
        }
    }
}

fn row(one: &Became) -> Markup {
    html! {
        tr {
            th scope="row" { code { (one.name) } }
            @match &one.progress {
                Progress::Waiting => { td { "–" } td { "It waits to be sent." } }
                Progress::Sent(by) => {
                    td { a href=(format!("/runs/{by}")) { (by) } }
                    td { (end(by, one.end.as_ref())) }
                }
            }
        }
    }
}

fn end(by: &str, end: Option<&End>) -> Markup {
    html! {
        @match end {
            Some(End::There(id)) => { a href=(crate::pages::users::path(id, "")) { "It is at the tenant" } "." }
            Some(End::Refused) => { strong.bad { "Refused by the tenant" } ": " a href=(format!("/runs/{by}/refused")) { "see why, and mend it there" } "." }
            Some(End::SetAside(why)) => { strong.bad { "Set aside again" } ": " (why) ". " a href=(format!("/runs/{by}/set-aside")) { "Mend it there" } "." }
            None => "Not settled yet.",
        }
    }
}

//! Lists in pages.

use maud::{Markup, html};
use migration::report::html::figures::count;
use serde::Deserialize;

/// Which page of a list is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pager {
    /// Counts from 1.
    pub(crate) page: u64,
    /// Rows of a page.
    pub(crate) size: u64,
    /// Rows in all.
    pub(crate) total: u64,
}

impl Pager {
    /// The page that is asked for, within what there is.
    pub(crate) fn new(page: Option<u64>, size: u64, total: u64) -> Self {
        let last = total.div_ceil(size).max(1);
        Self { page: page.unwrap_or(1).clamp(1, last), size, total }
    }

    /// Rows before it.
    pub(crate) fn skip(&self) -> u64 {
        (self.page - 1) * self.size
    }
}

/// Jobs on a page.
const JOBS: u64 = 25;

/// The page of a list that an address asks for: `?page=2`.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
pub(crate) struct Asked {
    page: Option<u64>,
}

impl Asked {
    /// That page of a list of so many jobs.
    pub(crate) fn of_jobs(self, total: u64) -> Pager {
        Pager::new(self.page, JOBS, total)
    }
}

/// Links to the page before and after; nothing when there is one page only. `path` ends such that the number can follow.
pub(crate) fn pager(pager: Pager, path: &str) -> Markup {
    let last = pager.total.div_ceil(pager.size);
    html! {
        @if last > 1 {
            nav.pager aria-label="Pages of this list" {
                @if pager.page > 1 { a href=(format!("{path}{}", pager.page - 1)) rel="prev" { "Previous" } }
                span { "Page " (count(pager.page)) " of " (count(last)) }
                @if pager.page < last { a href=(format!("{path}{}", pager.page + 1)) rel="next" { "Next" } }
            }
        }
    }
}

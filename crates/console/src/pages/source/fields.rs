//! `GET /source/fields`: every field of the accounts, and how often it is filled.

use axum::extract::{Query, State};
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::error::PageError;
use crate::frame;
use crate::ui::{Bar, Pager, bars, number_of, pager};

/// Fields on a page.
const SIZE: u64 = 100;

#[derive(Deserialize)]
pub(super) struct Wanted {
    page: Option<u64>,
}

pub(super) async fn show(State(app): State<App>, Query(wanted): Query<Wanted>) -> Result<Markup, PageError> {
    let counted = app.setup().memory().source.and_then(|source| app.census().counted(&source));
    let profile = counted.as_ref().and_then(|counted| counted.report.profile.as_ref());
    let profile =
        profile.ok_or_else(|| PageError::missing("the accounts of this source were not counted yet"))?;
    let shown = Pager::new(wanted.page, SIZE, profile.fields.len() as u64);
    let rows: Vec<Bar> = profile
        .fields
        .iter()
        .skip(usize::try_from(shown.skip()).unwrap_or(usize::MAX))
        .take(SIZE as usize)
        .map(|one| Bar::new(one.name.clone(), one.count))
        .collect();
    let main = html! {
        p { a href="/source" { "Back to the source" } }
        p { (number_of(shown.total, "field")) " of " (number_of(profile.accounts, "account")) ", in the order of their paths." }
        (bars("Field", "Accounts", &rows, profile.accounts))
        (pager(shown, "/source/fields?page="))
    };
    Ok(frame::page(&app, "/source", "Fields of the accounts", main))
}

//! The pages, one folder each, in the order of the navigation.

mod connections;
mod dataflows;
mod export;
mod import;
mod lanes;
mod mapping;
mod overview;
mod runs;
mod source;
mod users;

use axum::Router;
use maud::Markup;

use crate::app::App;

#[cfg(test)]
pub(crate) use connections::try_out;

/// The routes of all pages.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .merge(overview::routes())
        .merge(connections::routes())
        .merge(source::routes())
        .merge(dataflows::routes())
        .merge(mapping::routes())
        .merge(import::routes())
        .merge(export::routes())
        .merge(runs::routes())
        .merge(users::routes())
        .merge(lanes::routes())
}

/// The parts of a page that move by themselves: the name of the event and what it puts in its place; see `events`.
/// What is spoken aloud (`…-status`) is apart from what is drawn, since it changes less often.
pub(crate) fn fragments(app: &App, page: &str) -> Option<Vec<(&'static str, Markup)>> {
    match page {
        "overview" => {
            Some(vec![("overview", overview::live(app)), ("overview-status", overview::status(app))])
        }
        "import" => Some(vec![
            ("import", import::live(app)),
            ("import-status", import::status(app)),
            ("import-start", import::offer(app)),
        ]),
        _ => None,
    }
}

//! Every path under one router, behind the guard.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;

use crate::app::App;
use crate::{assets, error, events, guard, pages, uploads};

/// The router of the page.
#[expect(private_interfaces, reason = "only `start` and the tests of this crate make an App")]
pub fn router(app: App) -> Router {
    let guarded = pages::routes()
        .merge(events::routes())
        .merge(uploads::routes())
        .fallback(error::no_such_page)
        .layer(DefaultBodyLimit::max(guard::LARGEST_FORM))
        .layer(from_fn_with_state(app.clone(), error::spoken))
        .layer(from_fn_with_state(app.clone(), guard::session));
    Router::new()
        .merge(assets::routes())
        .merge(guard::routes())
        .merge(guarded)
        .layer(from_fn_with_state(app.clone(), guard::host))
        .with_state(app)
}

//! The buttons of an export.

use axum::extract::{Path, State};
use axum::response::Redirect;
use engine::Failure;

use crate::app::App;
use crate::error::PageError;

const BACK: &str = "/export#exports";

/// Stops an export that is under way.
pub(super) async fn stop(State(app): State<App>, Path(file): Path<String>) -> Redirect {
    if let Some(export) = app.exports().known().into_iter().find(|export| export.name == file) {
        export.stop();
    }
    Redirect::to(BACK)
}

/// Deletes a file, or clears what has none.
pub(super) async fn remove(State(app): State<App>, Path(file): Path<String>) -> Result<Redirect, PageError> {
    let removed = app.exports().remove(&file);
    removed.map_err(|error| Failure::stopped(format!("{file} cannot be deleted: {error}")))?;
    Ok(Redirect::to(BACK))
}

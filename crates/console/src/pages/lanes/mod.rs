//! `/lanes`: how the password of every user of a run gets across, what is to be done, and who it is about.

mod arrivals;
mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};
use migration::run::RunFolder;

use crate::app::App;
use crate::error::PageError;

/// The UIDs of those who have not come yet, in the run folder.
const WAITING: &str = "waiting.txt";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/lanes", get(show::show))
        .route("/lanes/{run}/arrivals", post(arrivals::count_them))
        .route("/lanes/{run}/waiting.txt", get(arrivals::download_waiting))
        .route("/lanes/{run}/without-password.csv", get(list::download))
}

/// The folder of a run by its name. A name never leads out of the folder of runs.
fn find(app: &App, run: &str) -> Result<RunFolder, PageError> {
    if !app.home().run_names().iter().any(|name| name == run) {
        return Err(PageError::missing("there is no run of that name"));
    }
    Ok(RunFolder::at(&app.home().runs().join(run)))
}

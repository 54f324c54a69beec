//! `/runs`: every run of the home folder, and what one of them did.

mod by_cause;
mod files;
mod job;
mod jobs;
mod list;
mod mend;
mod mended;
mod one;
mod refused;
mod retry;
mod set_aside;
mod take;

use axum::Router;
use axum::routing::{get, post};
use engine::Failure;
use engine::books::{self, Standing};
use migration::report::Report;
use migration::run::RunFolder;

use self::refused::AreRefused;
use self::set_aside::AreSetAside;
use crate::app::App;
use crate::error::PageError;

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/runs", get(list::show))
        .route("/runs/{run}", get(one::show))
        .route("/runs/{run}/jobs", get(jobs::show))
        .route("/runs/{run}/jobs/{part}", get(job::show))
        .route("/runs/{run}/set-aside", get(by_cause::show::<AreSetAside>))
        .route("/runs/{run}/refused", get(by_cause::show::<AreRefused>))
        .merge(mend::routes())
        .route("/runs/{run}/retry", post(retry::start))
        .route("/runs/{run}/take", post(take::take))
        .route("/runs/{run}/files/{file}", get(files::download))
}

/// The report of a run as it is now, and how far its import has come; where the ledger cannot be read, as the report was
/// written last.
fn current(folder: &RunFolder) -> (Report, Standing) {
    books::current(folder).unwrap_or_else(|_| (books::read_report(folder), Standing::NotImported))
}

/// The folder of a run by its name. A name never leads out of the folder of runs.
fn find(app: &App, run: &str) -> Result<RunFolder, PageError> {
    let known = app.setup().home().run_names().iter().any(|name| name == run);
    if !known {
        return Err(PageError::missing("there is no run of that name"));
    }
    let folder = RunFolder::at(&app.setup().home().runs().join(run));
    if folder.path().is_dir() { Ok(folder) } else { Err(Failure::refused("this run is no folder").into()) }
}

//! `/lanes`: how the password of every user of a run gets across, what is to be done, and who it is about.

mod arrivals;
mod finish;
mod list;
mod show;

use axum::Router;
use axum::routing::{get, post};
use engine::Failure;
use migration::run::RunFolder;

use crate::app::App;
use crate::error::PageError;
use crate::setup::Tenant;

/// The UIDs of those who have not come yet, in the run folder.
const WAITING: &str = "waiting.txt";

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/lanes", get(show::show))
        .route("/lanes/{run}/arrivals", post(arrivals::count_them))
        .route("/lanes/{run}/finish", post(finish::finish))
        .route("/lanes/{run}/waiting.txt", get(arrivals::download_waiting))
        .route("/lanes/{run}/without-password.csv", get(list::download))
}

/// The folder of a run by its name. A name never leads out of the folder of runs.
fn find(app: &App, run: &str) -> Result<RunFolder, PageError> {
    if !app.setup().home().run_names().iter().any(|name| name == run) {
        return Err(PageError::missing("there is no run of that name"));
    }
    Ok(RunFolder::at(&app.setup().home().runs().join(run)))
}

/// The tenant that a run went to and its connection, when that tenant is meant now.
async fn reached(app: &App, folder: &RunFolder) -> Result<(Tenant, String), PageError> {
    let tenant = app.setup().tenant().await?;
    let target = folder.manifest().map_err(Failure::refused)?.target;
    if let Some(target) = target.as_ref().filter(|target| target.tenant != tenant.name) {
        let why = format!("this run went to {}; choose that tenant at Connections first", target.tenant);
        return Err(Failure::refused(why).into());
    }
    let connection = target.map_or_else(|| app.setup().connection(), |target| target.connection);
    Ok((tenant, connection))
}

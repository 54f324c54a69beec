//! Import: the parts of a run into a connection, each user exactly once.
//!
//! [`preflight`] looks and writes nothing; [`run`] looks, writes and drives every part to its end with
//! [`crate::step::step`]. Running it again on the same folder is what `resume` does: it opens the ledger and goes on.

mod disk;
mod driver;
mod error;
mod files;
mod jobs;
mod options;
mod pace;
mod part;
mod poll;
mod preflight;
mod progress;
mod required;
mod so_far;
mod tally;
mod target;

use std::sync::Arc;
use std::time::Instant;

use auth0::{Client, Counts};
use tokio::sync::watch;

use crate::ledger::{Bound, Ledger};
use crate::report::{Cause, Job};
use crate::run::{Manifest, RunFolder};

pub(crate) use driver::wanted;
pub use error::ImportError;
pub use options::ImportOptions;
pub use preflight::{Preflight, cannot_leave, preflight};
pub use progress::{Progress, Slot, Snapshot, Stage};
pub use so_far::{SoFar, so_far};
pub use tally::Tally;

/// Becomes true when the import shall stop: it finishes what it is sending, stores it and returns
/// [`ImportError::Stopped`].
pub type Cancel = watch::Receiver<bool>;

/// What an import did.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportOutcome {
    /// Users by outcome, counted from the outcomes.
    pub tally: Tally,
    /// Why users failed, most frequent first; `stage` is `import`.
    pub causes: Vec<Cause>,
    /// Every job of the run, in the order in which they were sent.
    pub jobs: Vec<Job>,
    /// What the client did.
    pub requests: Counts,
    /// Wall seconds of this call.
    pub seconds: f64,
    /// Id of the connection.
    pub connection_id: String,
}

/// Imports the parts of a run that are not settled yet.
///
/// # Errors
/// [`ImportError`]; its kinds say whether something was written and whether it can be resumed.
pub async fn run(
    folder: &RunFolder,
    client: &Client,
    options: &ImportOptions,
    progress: &Progress,
    cancel: Cancel,
) -> Result<ImportOutcome, ImportError> {
    let start = Instant::now();
    let manifest = folder.manifest().map_err(|error| ImportError::Refused(error.to_string()))?;
    let ledger = Ledger::open(folder).map_err(|error| ImportError::Refused(error.to_string()))?;
    progress.of(client);
    progress.begin(Stage::Preflight, 0);
    let bound = ledger.bound()?;
    check_bound(&manifest, bound.as_ref(), options)?;
    let plan = preflight(client, folder, &manifest, options).await.map_err(|error| match error {
        // What an earlier attempt has begun can still be resumed.
        ImportError::Unreachable(why) if bound.is_some() => ImportError::Stopped(why),
        error => error,
    })?;
    if let (Some(bound), Some(connection)) = (&bound, &plan.existing) {
        is_the_same(bound, connection)?;
    }
    files::check_parts(folder, &manifest, progress).await?;
    if let (None, Some(connection)) = (&bound, &plan.existing) {
        required::check(folder, &manifest, connection).await?;
    }
    let connection = target::establish(client, &plan, options, bound.is_some()).await?;
    if bound.is_none() {
        ledger.bind(&Bound {
            tenant: options.target.clone(),
            connection: connection.name.clone(),
            connection_id: connection.id.clone(),
            upsert: options.upsert,
        })?;
    }
    let shared = Arc::new(driver::Shared {
        folder: folder.clone(),
        client: client.clone(),
        ledger,
        connection,
        upsert: options.upsert,
        patience: options.patience,
        pace: pace::Pace::default(),
        progress: progress.clone(),
        cancel,
        slots: tokio::sync::Semaphore::new(driver::SLOTS),
        heard: std::sync::Mutex::new(Instant::now()),
        run: folder.name(),
    });
    let stopped = driver::drive(&shared, &manifest.parts).await;
    let written = files::write(folder, &manifest, &shared.ledger, options.upsert, progress);
    stopped?;
    let (tally, causes) = written?;
    Ok(ImportOutcome {
        tally,
        causes,
        jobs: jobs::jobs(&shared.ledger, &manifest)?,
        requests: client.counts(),
        seconds: start.elapsed().as_secs_f64(),
        connection_id: shared.connection.id.clone(),
    })
}

/// A connection's id is what tells tenants apart: two never have the same, and one keeps it under every name and port.
fn is_the_same(bound: &Bound, connection: &auth0::Connection) -> Result<(), ImportError> {
    if bound.connection_id == connection.id {
        return Ok(());
    }
    Err(ImportError::Refused(format!(
        "this run began with connection {} ({}), and the tenant now has {} under that name; it is another tenant or the \
         connection was made anew. Prepare a new run",
        bound.connection, bound.connection_id, connection.id
    )))
}

/// A run goes where it began to go, in the manner in which it began. Once it has imported, [`is_the_same`] says whether
/// the tenant is the same one; before that its name does, and on this machine a port is no name.
fn check_bound(
    manifest: &Manifest,
    bound: Option<&Bound>,
    options: &ImportOptions,
) -> Result<(), ImportError> {
    let refuse = |was: &str, is: &str| {
        Err(ImportError::Refused(format!(
            "this run belongs to {was}, not to {is}; go on there, or prepare a new run for the other"
        )))
    };
    if let Some(target) = &manifest.target
        && (target.connection != options.connection
            || bound.is_none() && !may_be_the_same(&target.tenant, &options.target))
    {
        return refuse(
            &format!("connection {} of {}", target.connection, target.tenant),
            &format!("connection {} of {}", options.connection, options.target),
        );
    }
    let Some(bound) = bound else { return Ok(()) };
    if bound.connection != options.connection {
        return refuse(
            &format!("connection {} of {}", bound.connection, bound.tenant),
            &format!("connection {} of {}", options.connection, options.target),
        );
    }
    if bound.upsert != options.upsert {
        return Err(ImportError::Usage(format!(
            "this run began {} --upsert and must go on like that",
            if bound.upsert { "with" } else { "without" }
        )));
    }
    Ok(())
}

/// Whether two names of targets may mean one tenant: they are equal, or URLs on this machine, where a tenant gets
/// another port each time it is started.
#[must_use]
pub fn may_be_the_same(one: &str, other: &str) -> bool {
    let is_here = |name: &str| auth0::tenant_url(name).is_ok_and(|url| auth0::is_loopback(&url));
    one == other || (is_here(one) && is_here(other))
}

#[cfg(test)]
mod tests {
    use super::may_be_the_same;

    #[test]
    fn a_port_of_this_machine_is_no_name() {
        assert!(may_be_the_same("local", "local"));
        assert!(may_be_the_same("http://127.0.0.1:1/", "https://localhost:2"));
        assert!(!may_be_the_same("https://a.auth0.com/", "https://b.auth0.com/"));
        assert!(!may_be_the_same("http://127.0.0.1:1/", "https://b.auth0.com/"));
        assert!(!may_be_the_same("local", "http://127.0.0.1:1/"));
    }
}

//! The second half of a run: its parts go into the connection, and users are read back.

use std::sync::Arc;

use engine::{Failure, books};
use migration::import::{self, ImportOptions};
use migration::prove::{self, ProveOptions};

use super::{Item, Origin, State, Work};
use crate::memory::SourceChoice;
use crate::setup::Setup;

/// Imports a run that is queued; where that leads is its state.
pub(super) async fn import(queue: &Work, setup: &Setup, item: &Arc<Item>) {
    if !item.begin() {
        return;
    }
    let outcome = attempt(setup, item).await;
    item.change(|stored| {
        stored.state = match (outcome, &stored.state) {
            (Ok(()), _) => State::Done,
            (Err(_), State::Pausing) => State::Paused,
            (Err(_), State::Cancelling) => State::Cancelled,
            // The next process goes on.
            (Err(_), _) if queue.is_ending() => State::Queued,
            (Err(failure), _) => State::Stopped(failure.to_string()),
        };
    });
}

async fn attempt(setup: &Setup, item: &Arc<Item>) -> Result<(), Failure> {
    let orders = item.orders().ok_or_else(|| Failure::bug("a run is queued that nobody ordered"))?;
    let tenant = setup.tenant().await?;
    if tenant.name != orders.tenant {
        return Err(Failure::refused(format!(
            "this run goes to {}, and {} is meant now; change the tenant back, then resume",
            orders.tenant, tenant.name
        )));
    }
    let folder = item.folder();
    let mut options = ImportOptions::new(tenant.name.clone());
    options.connection.clone_from(&orders.connection);
    options.upsert = orders.upsert;
    folder.set_target(&tenant.name, &orders.connection).map_err(Failure::stopped)?;
    let mut report = books::read_report(folder);
    let outcome = import::run(folder, &tenant.client, &options, &item.importing, item.cancel()).await?;
    books::add_import(&mut report, outcome);
    books::write_report(folder, &report)?;
    item.settled();
    let logins = match item.origin() {
        Origin::Source(SourceChoice::LocalSite) => setup.local_site().await?.write_logins(folder)?,
        _ => None,
    };
    let with_logins = logins.is_some();
    let prove_options =
        ProveOptions { logins, wrong_too: with_logins && !tenant.is_real(), ..ProveOptions::default() };
    let proved = prove::prove(
        folder,
        &tenant.client,
        &orders.connection,
        &prove_options,
        &item.importing,
        item.cancel(),
    );
    let proved = proved.await.map_err(|error| Failure::with(error.exit_code(), error))?;
    books::add_proof(&mut report, proved, with_logins);
    report.seconds.insert("total".to_owned(), report.seconds.values().sum());
    books::write_report(folder, &report)
}

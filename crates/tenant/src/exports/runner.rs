//! What starts the exports, new ones and those that a stopped tenant left pending.

use tokio::sync::Semaphore;

use super::run::{self, ExportError};
use super::{FOLDER, jobs};
use crate::state::AppState;
use crate::store::StoreError;

/// Exports that are written at a time; others wait. Auth0 names no limit.
const AT_A_TIME: usize = 2;

/// Room for the exports that are being written.
#[derive(Debug)]
pub(crate) struct Slots(Semaphore);

impl Default for Slots {
    fn default() -> Self {
        Self(Semaphore::new(AT_A_TIME))
    }
}

/// Starts the exports over that were pending when the tenant stopped.
pub(crate) async fn resume(state: &AppState) {
    match state.store().read(jobs::pending).await {
        Ok(pending) => pending.into_iter().for_each(|job| start(state, job)),
        Err(error) => tracing::error!(%error, "the pending exports cannot be read; they stay pending"),
    }
}

/// Runs an export beside the requests.
pub(super) fn start(state: &AppState, job: jobs::Job) {
    let worker = state.clone();
    state.spawn(async move {
        let Ok(_slot) = worker.export_slots().0.acquire().await else { return };
        let (pk, runner) = (job.pk, worker.clone());
        match tokio::task::spawn_blocking(move || run::run(&runner, &job)).await {
            Ok(Ok(())) => {}
            // It stays pending, and is started over by the next start.
            Ok(Err(ExportError::Store(error))) => tracing::error!(%error, job = pk, "an export was cut off"),
            Ok(Err(ExportError::File(error))) => fail(&worker, pk, &error.to_string()).await,
            Err(error) => fail(&worker, pk, &error.to_string()).await,
        }
    });
}

async fn fail(state: &AppState, pk: i64, error: &str) {
    tracing::error!(error, job = pk, "an export failed");
    let now = state.now_ms();
    let ended: Result<(), StoreError> = state.store().write(move |tx| jobs::finish(tx, pk, false, now)).await;
    if let Err(error) = ended {
        tracing::error!(%error, job = pk, "its end cannot be stored");
    }
}

/// Deletes the files of jobs that are forgotten.
pub(super) async fn delete_files(state: &AppState, names: &[String]) {
    for name in names {
        // A failed job has none.
        let _ = tokio::fs::remove_file(state.folder().join(FOLDER).join(name)).await;
    }
}

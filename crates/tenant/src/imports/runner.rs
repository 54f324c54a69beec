//! What starts the jobs, new ones and those that a stopped tenant left pending.

use std::sync::OnceLock;

use bytes::Bytes;
use tokio::sync::watch;

use super::jobs::{self, End, Job};
use super::run;
use crate::schema::{SchemaError, UserImportSchema};
use crate::state::AppState;
use crate::store::StoreError;

/// What the jobs share.
#[derive(Debug, Default)]
pub(crate) struct Runner {
    schema: OnceLock<Result<UserImportSchema, SchemaError>>,
    under_way: watch::Sender<usize>,
}

impl Runner {
    /// How many jobs are under way.
    pub(crate) fn under_way(&self) -> watch::Receiver<usize> {
        self.under_way.subscribe()
    }

    fn schema(&self) -> Result<&UserImportSchema, &SchemaError> {
        self.schema.get_or_init(UserImportSchema::compile).as_ref()
    }
}

/// A job that is under way, until this is dropped.
pub(crate) struct UnderWay(AppState);

impl UnderWay {
    pub(crate) fn new(state: &AppState) -> Self {
        state.runner().under_way.send_modify(|jobs| *jobs += 1);
        Self(state.clone())
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.runner().under_way.send_modify(|jobs| *jobs -= 1);
    }
}

/// Takes up the jobs that were pending when the tenant stopped; each goes on with its first unprocessed user.
pub(crate) async fn resume(state: &AppState) {
    match state.store().read(jobs::pending).await {
        Ok(pending) => {
            for job in pending {
                start(state, job, None);
            }
        }
        Err(error) => tracing::error!(%error, "the pending import jobs cannot be read; they stay pending"),
    }
}

/// Runs a job beside the requests. `payload` is its file where it is at hand.
pub(super) fn start(state: &AppState, job: Job, payload: Option<Bytes>) {
    let worker = state.clone();
    let under_way = UnderWay::new(state);
    state.spawn(async move {
        let _under_way = under_way;
        let pk = job.pk;
        let runner = worker.clone();
        let ran = tokio::task::spawn_blocking(move || work(&runner, &job, payload)).await;
        match ran {
            Ok(Ok(())) => {}
            // It stays pending, and is taken up again by the next start.
            Ok(Err(error)) => tracing::error!(%error, job = pk, "an import job was cut off"),
            // A defect of ours: the job would fail each time, and its slot is needed.
            Err(error) => {
                tracing::error!(%error, job = pk, "an import job broke down");
                let now = worker.now_ms();
                let ended: Result<(), StoreError> =
                    worker.store().write(move |tx| jobs::finish(tx, pk, End::Failed, now)).await;
                if let Err(error) = ended {
                    tracing::error!(%error, job = pk, "its end cannot be stored");
                }
            }
        }
    });
}

fn work(state: &AppState, job: &Job, payload: Option<Bytes>) -> Result<(), StoreError> {
    let schema = match state.runner().schema() {
        Ok(schema) => schema,
        Err(error) => {
            tracing::error!(%error, "the schema document of imports is broken");
            let now = state.now_ms();
            return state.store().write_blocking(|tx| jobs::finish(tx, job.pk, End::Failed, now));
        }
    };
    match payload {
        Some(payload) => run::run(state, job, schema, &payload),
        None => {
            let stored = state.store().read_blocking(|reader| jobs::payload(reader, job.pk))?;
            run::run(state, job, schema, &stored.unwrap_or_default())
        }
    }
}

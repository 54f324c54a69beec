//! Starts what is due: schedulings become jobs, jobs get their attempts.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::flows::{Flows, Progress, Run};
use super::job::{self, Attempt};
use super::table::{self, Kind};
use crate::error::ApiError;
use crate::start::Ready;
use crate::state::AppState;

/// How often the status of a running job is written (real time).
const STATUS: Duration = Duration::from_secs(1);

/// Longest sleep, in case somebody moves the clock.
const NAP_MS: i64 = 3_600_000;

/// Wakes the scheduler when a call has changed what is due.
#[derive(Debug, Default)]
pub(crate) struct Scheduler {
    changed: Notify,
}

impl Scheduler {
    /// Something may be due earlier than before.
    pub(crate) fn wake(&self) {
        self.changed.notify_one();
    }
}

/// Runs until the site stops; jobs that run then are cut off and start over with the site.
pub(crate) async fn run(
    state: AppState,
    flows: Arc<dyn Flows>,
    site: Ready,
    mut stopped: watch::Receiver<bool>,
) {
    let mut jobs = JoinSet::new();
    if let Err(error) = write(&state, job::resume).await {
        tracing::error!(%error, "jobs that were interrupted cannot be taken up");
    }
    while !*stopped.borrow() {
        let next = match start_due(&state, &flows, &site, &mut jobs).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!(%error, "what is due cannot be started");
                None
            }
        };
        let now_ms = state.now_ms();
        let until = next.unwrap_or(i64::MAX).min(now_ms + NAP_MS);
        tokio::select! {
            () = state.clock().reach(until) => {}
            () = state.scheduler().changed.notified() => {}
            Some(_) = jobs.join_next() => {}
            // Gone without a word: then nobody will stop it, and it goes on.
            Ok(()) = stopped.changed() => {}
        }
    }
    jobs.shutdown().await;
}

/// Starts what is due; when the next thing is.
async fn start_due(
    state: &AppState,
    flows: &Arc<dyn Flows>,
    site: &Ready,
    jobs: &mut JoinSet<()>,
) -> Result<Option<i64>, ApiError> {
    let api_key = site.api_key.clone();
    let (attempts, next) = write(state, move |tx, now_ms| {
        for scheduling in table::due(tx, Kind::Scheduling, now_ms)? {
            job::start(tx, &api_key, scheduling, now_ms)?;
        }
        let mut attempts = Vec::new();
        for job in table::due(tx, Kind::Job, now_ms)? {
            attempts.extend(job::begin(tx, job, now_ms)?);
        }
        Ok((attempts, table::next_due(tx)?))
    })
    .await?;
    for one in attempts {
        jobs.spawn(attempt(state.clone(), flows.clone(), site.clone(), one));
    }
    Ok(next)
}

async fn attempt(state: AppState, flows: Arc<dyn Flows>, site: Ready, attempt: Attempt) {
    let progress = Arc::new(Progress::default());
    let started_ms = state.now_ms();
    let mut running = flows.run(Run {
        site,
        job: attempt.job.clone(),
        attempt: attempt.number,
        dataflow: attempt.dataflow.clone(),
        scheduling: attempt.scheduling.clone(),
        variables: state.variables().clone(),
        since_ms: attempt.since_ms,
        limit: attempt.limit,
        now_ms: started_ms,
        progress: progress.clone(),
    });
    let outcome = loop {
        tokio::select! {
            outcome = &mut running => break outcome,
            () = tokio::time::sleep(STATUS) => {
                let (id, now) = (attempt.job.clone(), progress.clone());
                match write(&state, move |tx, now_ms| job::progress(tx, &id, &now, now_ms)).await {
                    Ok(true) => {}
                    // Killed: what runs is dropped.
                    Ok(false) => return,
                    Err(error) => tracing::error!(%error, "the status of a job cannot be written"),
                }
            }
        }
    };
    let ended =
        write(&state, move |tx, now_ms| job::end(tx, &attempt, outcome, &progress, started_ms, now_ms)).await;
    if let Err(error) = ended {
        tracing::error!(%error, "the end of a job cannot be written");
    }
    state.scheduler().wake();
}

async fn write<T: Send + 'static>(
    state: &AppState,
    work: impl FnOnce(&rusqlite::Connection, i64) -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    let now_ms = state.now_ms();
    state.store().write(move |tx| work(tx, now_ms)).await
}

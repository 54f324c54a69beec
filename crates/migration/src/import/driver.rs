//! Drives the parts: two jobs in flight, and reading back beside them.
//!
//! ```text
//!   parts ──▶ WORKERS tasks, one part each ──▶ SLOTS jobs at the tenant
//!                      │ a finished job frees its slot before its users are read back
//!                      └▶ ledger: every event, before its effects
//! ```

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use auth0::{Client, Connection};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::pace::Pace;
use super::part;
use super::{Cancel, ImportError, Progress, Stage};
use crate::ledger::Ledger;
use crate::run::{Part, RunFolder};
use crate::step::{Facts, Phase};

/// Import jobs that Auth0 works on at a time, per tenant.
pub(super) const SLOTS: usize = 2;
/// Parts in memory: two in flight, the next two loaded, two being read back.
const WORKERS: usize = 6;

/// What all parts share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) folder: RunFolder,
    pub(super) client: Client,
    pub(super) ledger: Ledger,
    pub(super) connection: Connection,
    pub(super) upsert: bool,
    pub(super) patience: Duration,
    pub(super) pace: Pace,
    pub(super) progress: Progress,
    pub(super) cancel: Cancel,
    pub(super) slots: Semaphore,
    /// When the tenant last gave a good answer.
    pub(super) heard: Mutex<Instant>,
    /// Name of the run, for `external_id`.
    pub(super) run: String,
}

impl Shared {
    pub(super) fn facts(&self, part: &Part) -> Facts {
        Facts { users: part.users, upsert: self.upsert }
    }

    pub(super) fn heard(&self) {
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// Waits, or stops when somebody wants that.
    pub(super) async fn wait(&self, pause: Duration) -> Result<(), ImportError> {
        let mut cancel = self.cancel.clone();
        tokio::select! {
            () = tokio::time::sleep(pause) => Ok(()),
            () = wanted(&mut cancel) => Err(interrupted()),
        }
    }

    /// The tenant did not answer well: waits a while, or stops when that has gone on for too long.
    pub(super) async fn bear(&self, error: &auth0::Error) -> Result<(), ImportError> {
        let silent = self.heard.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        if silent >= self.patience {
            return Err(ImportError::Stopped(format!(
                "{} has given no good answer for {} seconds: {error}",
                self.client.url(),
                silent.as_secs()
            )));
        }
        tracing::warn!(%error, "the tenant does not answer well; trying again");
        self.wait((self.patience / 20).min(Duration::from_secs(5))).await
    }
}

/// Comes when a stop is wanted; never, when whoever could want it is gone.
pub(crate) async fn wanted(cancel: &mut Cancel) {
    if cancel.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

pub(super) fn interrupted() -> ImportError {
    ImportError::Stopped("stopped as you asked; everything that is known is stored".to_owned())
}

/// Drives all parts to their end. The first error lets the others finish what they are sending, and stops them.
pub(super) async fn drive(shared: &Arc<Shared>, parts: &[Part]) -> Result<(), ImportError> {
    let users = parts.iter().map(|part| u64::from(part.users)).sum();
    shared.progress.begin(Stage::Import, users);
    let mut waiting = Vec::new();
    let mut in_flight = Vec::new();
    for part in parts {
        let state = shared.ledger.state(part.number, &shared.facts(part))?;
        match state.phase {
            Phase::Settled => {
                let failed = state.outcomes.values().filter(|outcome| outcome.name() == "failed").count();
                shared.progress.done(u64::from(part.users), u64::try_from(failed).unwrap_or(0));
            }
            // These have a job at the tenant that takes one of the two slots.
            Phase::Submitted { .. } => in_flight.push(part.clone()),
            _ => waiting.push(part.clone()),
        }
    }
    let mut queue = in_flight.into_iter().chain(waiting);
    let mut tasks = JoinSet::new();
    let mut stopped = None;
    loop {
        while stopped.is_none() && tasks.len() < WORKERS {
            let Some(part) = queue.next() else { break };
            tasks.spawn(part::settle(Arc::clone(shared), part));
        }
        match tasks.join_next().await {
            None => break,
            Some(Ok(Ok(()))) => {}
            Some(Ok(Err(error))) => {
                stopped.get_or_insert(error);
                // Nobody begins an attempt any more; those under way are stored.
                shared.slots.close();
            }
            Some(Err(panic)) => {
                stopped.get_or_insert(ImportError::Stopped(format!("a part's task ended badly: {panic}")));
                shared.slots.close();
            }
        }
    }
    stopped.map_or(Ok(()), Err)
}

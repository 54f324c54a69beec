//! Batches come from several workers in any order and are committed in the order of the chunks.
//!
//! Nobody waits for another's chunk: a worker leaves its batch here and goes on, and whoever brings the next one in order
//! commits all that have become due. Only when too many are waiting does a worker wait, so that memory is bounded.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::PrepareError;
use super::batch::Batch;
use super::commit::{Commit, Go};

/// The order of the batches, shared by the workers.
pub(super) struct Turns<'o> {
    state: Mutex<State<'o>>,
    moved: Condvar,
    /// Batches that may wait.
    room: usize,
}

struct State<'o> {
    /// Away while a worker commits with it.
    commit: Option<Commit<'o>>,
    next: u64,
    waiting: BTreeMap<u64, Result<Batch, PrepareError>>,
    spare: Vec<Batch>,
    /// Nothing more is taken: enough was read, or something failed.
    over: bool,
    failed: Option<PrepareError>,
}

impl<'o> Turns<'o> {
    pub(super) fn new(commit: Commit<'o>, threads: usize) -> Self {
        let state = State {
            commit: Some(commit),
            next: 0,
            waiting: BTreeMap::new(),
            spare: Vec::new(),
            over: false,
            failed: None,
        };
        Self { state: Mutex::new(state), moved: Condvar::new(), room: threads }
    }

    fn lock(&self) -> MutexGuard<'_, State<'o>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what became of chunk `number`, each of which must be brought once. Gives a used batch back, if there is one,
    /// or `None` when it is over. `before` looks at each batch before it is committed and can refuse to go on.
    pub(super) fn bring(
        &self,
        number: u64,
        outcome: Result<Batch, PrepareError>,
        before: impl Fn(&Batch) -> Result<(), PrepareError>,
    ) -> Option<Option<Batch>> {
        let mut state = self.lock();
        while state.waiting.len() >= self.room && state.next != number && !state.over {
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.waiting.insert(number, outcome);
        while let Some((mut commit, outcome)) = state.due() {
            drop(state);
            let taken = outcome.and_then(|batch| {
                before(&batch)?;
                Ok((commit.take(&batch)?, batch))
            });
            state = self.lock();
            state.commit = Some(commit);
            state.next += 1;
            match taken {
                Ok((go, batch)) => {
                    state.over |= go == Go::Enough;
                    state.spare.push(batch);
                }
                Err(error) => {
                    state.over = true;
                    state.failed = Some(error);
                }
            }
            self.moved.notify_all();
        }
        if state.over { None } else { Some(state.spare.pop()) }
    }

    /// The commit, when every worker has ended.
    pub(super) fn end(self) -> Result<Commit<'o>, PrepareError> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        match (state.failed, state.commit) {
            (Some(error), _) => Err(error),
            (None, Some(commit)) => Ok(commit),
            (None, None) => Err(PrepareError::Broke),
        }
    }
}

impl<'o> State<'o> {
    /// The next batch in order and the commit, when both are there.
    fn due(&mut self) -> Option<(Commit<'o>, Result<Batch, PrepareError>)> {
        if self.over || !self.waiting.contains_key(&self.next) {
            return None;
        }
        let commit = self.commit.take()?;
        let outcome = self.waiting.remove(&self.next)?;
        Some((commit, outcome))
    }
}

//! Steps that run in the task of the step after them.
//!
//! A step that changes one record and waits for nothing costs less than the channel into it. So it is made a part of the
//! input of the step after it, where it is the only one that leads there: each batch passes through such steps as it
//! comes. Each counts, shows and fails as in a task of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::{ErrorDetails, Identity, Item, Output, Port};
use crate::component::{Change, Then};
use crate::fault::Fault;
use record::Record;

/// Which step of a task is at work: the index in the graph.
pub(crate) type At = Arc<AtomicUsize>;

/// A step in the task of another.
pub(crate) struct Fused {
    index: usize,
    change: Change,
    identity: Arc<Identity>,
    error: Vec<Port>,
    /// Items of the edge out of it.
    given: Arc<AtomicU64>,
}

impl Fused {
    /// The step at `index` of the graph. Of what it gives, the error path is used, and the count of the one edge to the
    /// step after it.
    pub(crate) fn new(index: usize, change: Change, output: &Output) -> Self {
        let given = output.next.first().map(|port| port.count.clone()).unwrap_or_default();
        let (identity, error) = (output.identity.clone(), output.error.clone());
        Self { index, change, identity, error, given }
    }

    fn change(&mut self, batch: Vec<Item>) -> Result<Vec<Item>, Fault> {
        let mut changed = Vec::with_capacity(batch.len());
        for item in batch {
            self.identity.counters.received.fetch_add(1, Ordering::Relaxed);
            match (self.change)(item.into_record()?)? {
                Then::Pass(record) => self.pass(record, &mut changed),
                Then::Many(records) => {
                    if records.is_empty() {
                        self.identity.counters.dropped.fetch_add(1, Ordering::Relaxed);
                    }
                    records.into_iter().for_each(|record| self.pass(record, &mut changed));
                }
                Then::Fail(record, details) => self.fail(record, details),
            }
        }
        Ok(changed)
    }

    fn pass(&self, record: Record, changed: &mut Vec<Item>) {
        let item = Item::Record(record);
        self.identity.gave(&item);
        self.given.fetch_add(1, Ordering::Relaxed);
        changed.push(item);
    }

    fn fail(&mut self, record: Record, details: ErrorDetails) {
        let (record, message) = self.identity.detailed(record, details);
        self.identity.failed(&record, &message, !self.error.is_empty());
        if let Some((last, others)) = self.error.split_last_mut() {
            others.iter_mut().for_each(|port| port.put(Item::Record(record.clone())));
            last.put(Item::Record(record));
        }
    }
}

/// Steps in the task of another, in the order in which records pass through them.
#[derive(Default)]
pub(crate) struct Chain {
    steps: Vec<Fused>,
    at: At,
    /// The step to whose task they belong.
    own: usize,
}

impl Chain {
    /// The steps before the step at `own` of the graph. `at` tells which of them is at work.
    pub(crate) fn new(steps: Vec<Fused>, own: usize, at: At) -> Self {
        Self { steps, at, own }
    }

    /// Sends a batch through all of them. Whoever fails is left standing in `at`, for the runner to see.
    pub(super) fn change(&mut self, mut batch: Vec<Item>) -> Result<Vec<Item>, Fault> {
        for step in &mut self.steps {
            self.at.store(step.index, Ordering::Relaxed);
            batch = step.change(batch)?;
        }
        self.at.store(self.own, Ordering::Relaxed);
        Ok(batch)
    }

    /// Sends on what failed, where there is a batch of it: the step goes no further than the error path lets it.
    pub(super) async fn relieve(&mut self) -> Result<(), Fault> {
        for port in self.steps.iter_mut().flat_map(|step| &mut step.error) {
            if port.is_full() {
                port.flush().await?;
            }
        }
        Ok(())
    }

    /// Sends on what failed.
    pub(super) async fn flush(&mut self) -> Result<(), Fault> {
        for port in self.steps.iter_mut().flat_map(|step| &mut step.error) {
            port.flush().await?;
        }
        Ok(())
    }

    /// Nothing comes any more.
    pub(super) async fn end(&mut self) -> Result<(), Fault> {
        self.flush().await?;
        self.steps.clear();
        Ok(())
    }
}

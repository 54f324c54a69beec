//! Workers on threads of their own.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use tokio::sync::oneshot;

use crate::fault::Fault;
use crate::script::{Emission, Script, ScriptError, Surroundings, Worker};
use record::Record;

/// Room on the stack beside the script's own.
const ROOM: usize = 2 << 20;

/// What became of a record, or of the call after the last one.
pub(super) struct Done {
    /// The record as it came.
    pub(super) record: Option<Record>,
    /// What the script passed on.
    pub(super) result: Result<Vec<Emission>, ScriptError>,
}

type Reply = Result<Vec<Done>, ScriptError>;

struct Batch {
    records: Vec<Option<Record>>,
    reply: oneshot::Sender<Reply>,
}

/// The workers of a step. They get batches in turn and are asked for the results in the same order. Their threads start
/// with their first batch and end with the pool.
pub(super) struct Pool {
    script: Arc<Script>,
    around: Surroundings,
    workers: Vec<Sender<Batch>>,
    most: usize,
    turn: usize,
    due: VecDeque<oneshot::Receiver<Reply>>,
}

impl Pool {
    /// At most so many workers.
    pub(super) fn new(script: &Arc<Script>, around: &Surroundings, most: usize) -> Self {
        let (script, around) = (Arc::clone(script), around.clone());
        Self { script, around, workers: Vec::new(), most, turn: 0, due: VecDeque::new() }
    }

    /// Whether each worker has one batch at work and one waiting.
    pub(super) fn is_full(&self) -> bool {
        self.due.len() >= 2 * self.most
    }

    /// Hands over a batch.
    pub(super) fn take(&mut self, records: Vec<Option<Record>>) -> Result<(), Fault> {
        if self.turn == self.workers.len() {
            self.workers.push(self.start()?);
        }
        let (reply, result) = oneshot::channel();
        if let Some(worker) = self.workers.get(self.turn) {
            // A worker that is gone has dropped its reply, which `done` tells.
            let _ = worker.send(Batch { records, reply });
        }
        self.turn = (self.turn + 1) % self.most;
        self.due.push_back(result);
        Ok(())
    }

    /// The results of the batch that was handed over first; none when nothing is due.
    pub(super) async fn done(&mut self) -> Result<Option<Vec<Done>>, Fault> {
        let Some(result) = self.due.pop_front() else { return Ok(None) };
        match result.await {
            Ok(Ok(done)) => Ok(Some(done)),
            Ok(Err(error)) => Err(Fault::lasting(error.to_string())),
            Err(_) => Err(Fault::lasting("a bug of ours: a thread that runs a script ended early")),
        }
    }

    fn start(&self) -> std::io::Result<Sender<Batch>> {
        let (sender, batches) = channel::<Batch>();
        let (script, around) = (Arc::clone(&self.script), self.around.clone());
        thread::Builder::new().name("script".to_owned()).stack_size(around.limits.stack + ROOM).spawn(
            move || {
                let mut worker = Worker::new(&script, around);
                for Batch { records, reply } in batches {
                    let result = match &mut worker {
                        Ok(worker) => {
                            Ok(records.into_iter().map(|record| evaluate(worker, record)).collect())
                        }
                        Err(error) => Err(error.clone()),
                    };
                    // Nobody waits for the results of a job that was stopped.
                    let _ = reply.send(result);
                }
            },
        )?;
        Ok(sender)
    }
}

fn evaluate(worker: &mut Worker, record: Option<Record>) -> Done {
    let result = worker.process(record.as_ref());
    Done { record, result }
}

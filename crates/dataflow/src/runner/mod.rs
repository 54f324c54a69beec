//! A graph at work.
//!
//! Every step is a task, but for those that only change a record, which run in the task of the step after them ([`fuse`]);
//! edges are bounded channels of small batches, so that a slow writer slows its reader down and memory stays flat. The channel into a step closes when all that lead to it have ended, which is how the end of the
//! stream travels. A step that fails keeps its channels open until everybody is stopped, so that nobody takes its failure
//! for an end and writes half a file.

mod fuse;
mod outcome;
pub mod probe;
pub mod trial;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::FutureExt;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

pub use outcome::{Edge, EdgeCount, Failure, Outcome, Status, StepCount, Watch};

use crate::component::Step;
use crate::context::Context;
use crate::fault::Fault;
use crate::flow::{At, Counters, Identity, Input, Limit, Output, Port, Tap};
use crate::graph::Graph;

/// Batches that wait on an edge before the step that gives them waits.
const CAPACITY: usize = 4;

/// How the steps of a job share the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// Side by side, with bounded edges.
    #[default]
    Streaming,
    /// One after another, each to its end, in the order of the document as far as the edges allow. The same input gives
    /// the same output in the same order. All that flows is in memory at once: for tests.
    Deterministic,
}

/// A job that is ready to run.
pub struct Job {
    steps: Vec<Ready>,
    order: Vec<usize>,
    mode: Mode,
    watch: Watch,
    limit: Option<Arc<Limit>>,
}

struct Ready {
    step: Box<dyn Step>,
    input: Input,
    output: Output,
    /// Which step is at work in its task.
    at: At,
    /// What the other steps in its task give.
    others: Vec<Output>,
}

impl Job {
    /// Makes the steps of a graph and connects them.
    ///
    /// # Errors
    /// When a step cannot be made. A graph that was checked with the same context can.
    pub fn new(graph: &Graph, context: &Context, mode: Mode) -> Result<Self, Failure> {
        Self::with(graph, context, mode, None)
    }

    /// As [`Job::new`]. With a tap nothing is written: what comes to a writer passes through it.
    fn with(
        graph: &Graph,
        context: &Context,
        mode: Mode,
        tap: Option<Arc<dyn Tap>>,
    ) -> Result<Self, Failure> {
        let capacity = match mode {
            Mode::Streaming => CAPACITY,
            Mode::Deterministic => tokio::sync::Semaphore::MAX_PERMITS,
        };
        let (senders, receivers): (Vec<_>, Vec<_>) =
            graph.steps.iter().map(|_| mpsc::channel(capacity)).unzip();
        let mut watch = Watch::default();
        let limit = context.limit.map(|most| Arc::new(Limit::new(most)));
        let mut steps = Vec::with_capacity(graph.steps.len());
        for (from, (node, receiver)) in graph.steps.iter().zip(receivers).enumerate() {
            let tried = tap.is_some() && node.definition.writes();
            let built = if tried { trial::unwritten() } else { node.build(context) };
            let step = built.map_err(|message| Failure {
                step: node.id.clone(),
                message,
                passing: false,
                usage: true,
                bug: false,
            })?;
            let identity = Arc::new(Identity {
                id: node.id.clone(),
                counters: Counters::default(),
                log: context.log.clone(),
                tap: tap.clone(),
            });
            let mut ports = |targets: &[usize], edge: Edge| -> Vec<Port> {
                let port =
                    |target: &usize| Port::new(senders[*target].clone(), watch.edge(from, *target, edge));
                targets.iter().map(port).collect()
            };
            let (next, error) = (ports(&node.next, Edge::Next), ports(&node.error, Edge::Error));
            let limited = if watch.step(&node.definition, identity.clone()) { limit.clone() } else { None };
            steps.push(Ready {
                step,
                input: Input::new(receiver, identity.clone()),
                output: Output::new(identity, next, error, limited),
                at: At::new(from.into()),
                others: Vec::new(),
            });
        }
        if mode == Mode::Streaming {
            steps = fuse::fuse(graph, steps);
        }
        Ok(Self { steps, order: graph.order.clone(), mode, watch, limit })
    }

    /// The counters, to be looked at while the job runs.
    #[must_use]
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }

    /// Runs to the end, to the first step that fails, or until `stop` becomes true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) -> Outcome {
        let watch = self.watch.clone();
        let (mode, limit) = (self.mode, self.limit.clone());
        let work = async {
            match mode {
                Mode::Streaming => self.stream().await,
                Mode::Deterministic => self.one_by_one().await,
            }
        };
        let stopped = async {
            if stop.wait_for(|stop| *stop).await.is_err() {
                // Nobody can stop it any more.
                std::future::pending::<()>().await;
            }
        };
        let status = tokio::select! {
            biased;
            () = stopped => Status::Stopped,
            ended = work => match ended {
                Ok(()) => watch.balance(limit.as_deref()).map_or(Status::Succeeded, Status::Failed),
                Err(failure) => Status::Failed(failure),
            },
        };
        watch.outcome(status)
    }

    async fn stream(self) -> Result<(), Failure> {
        // Dropping the set, when this future is dropped, stops its tasks.
        let mut tasks = JoinSet::new();
        let mut kept: Vec<Vec<Output>> = Vec::new();
        for (task, Ready { step, input, output, at, mut others, .. }) in self.steps.into_iter().enumerate() {
            others.push(output.clone());
            kept.push(others);
            tasks.spawn(async move {
                let ended = carry_out(step, input, output).await;
                (task, at.load(Ordering::Relaxed), ended)
            });
        }
        let mut first: Option<Failure> = None;
        while let Some(joined) = tasks.join_next().await {
            let (task, index, ended) = match joined {
                Ok(ended) => ended,
                // Tasks are not cancelled while they are waited for, and panics are caught within.
                Err(error) => return Err(bug("", &error.to_string())),
            };
            match self.watch.judge(index, ended, self.limit.as_deref()) {
                Verdict::Ended => kept[task].clear(),
                Verdict::Failed(failure) => return Err(failure),
                // Somebody after it has ended too early; who, will show, unless nobody did.
                Verdict::Cut(failure) => {
                    first.get_or_insert(failure);
                    kept[task].clear();
                }
            }
        }
        first.map_or(Ok(()), Err)
    }

    async fn one_by_one(self) -> Result<(), Failure> {
        let mut steps: Vec<Option<Ready>> = self.steps.into_iter().map(Some).collect();
        for index in self.order {
            let Some(ready) = steps[index].take() else { continue };
            let ended = carry_out(ready.step, ready.input, ready.output).await;
            match self.watch.judge(index, ended, self.limit.as_deref()) {
                Verdict::Ended => {}
                Verdict::Failed(failure) | Verdict::Cut(failure) => return Err(failure),
            }
        }
        Ok(())
    }
}

/// How a step ended.
pub(crate) enum Verdict {
    Ended,
    Failed(Failure),
    Cut(Failure),
}

type Ended = Result<Result<(), Fault>, String>;

/// Runs a step; a panic becomes its message.
async fn carry_out(step: Box<dyn Step>, input: Input, output: Output) -> Ended {
    AssertUnwindSafe(async move { step.run(input, output).await }).catch_unwind().await.map_err(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
    })
}

fn bug(step: &str, message: &str) -> Failure {
    let message = format!("a bug of ours: {message}");
    Failure { step: step.to_owned(), message, passing: false, usage: false, bug: true }
}

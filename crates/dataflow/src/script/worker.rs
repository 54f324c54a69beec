//! One runtime with one script in it.

use std::{
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use rquickjs::{CatchResultExt, CaughtError, Ctx, Function, Object, Persistent, Value};
use script::{Fault, Sandbox, named};

use super::{Budget, Dialect, Limits, Script, ScriptError, Shared, engine::Engine, give, host, host::Outbox};
use crate::log::Log;
use record::Record;

const PRELUDE: &str = include_str!("prelude.js");

/// The script's name in stack traces.
const FILE: &str = "script";

/// The way out of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Port {
    /// To the steps in `next`.
    Next,
    /// To the steps in `error`.
    Error,
}

/// A record that a script passed on.
#[derive(Debug, Clone, PartialEq)]
pub struct Emission {
    /// Where to.
    pub port: Port,
    /// The record.
    pub record: Record,
}

/// What the workers of a step have in common.
#[derive(Clone)]
pub struct Surroundings {
    /// The limits of the step.
    pub limits: Limits,
    /// The time that the step has used.
    pub budget: Arc<Budget>,
    /// The variables of the job.
    pub shared: Arc<Shared>,
    /// The step's id.
    pub step: String,
    /// Where the words of the script go. Passwords, hashes, salts and secrets in logged values are masked.
    pub log: Log,
}

impl Default for Surroundings {
    /// The usual limits, a job of its own, and nobody who listens.
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            budget: Arc::default(),
            shared: Arc::default(),
            step: String::new(),
            log: Log::silent(),
        }
    }
}

/// A script in its runtime. It stays on the thread that made it.
pub struct Worker {
    run: Option<Persistent<Function<'static>>>,
    engine: Rc<Engine>,
    outbox: Rc<Outbox>,
    sandbox: Sandbox,
    around: Surroundings,
}

impl Worker {
    /// Compiles a script and runs its top level.
    ///
    /// # Errors
    /// When the script does not compile, its top level throws or needs too much, or there is no `process`.
    pub fn new(script: &Script, around: Surroundings) -> Result<Self, ScriptError> {
        let sandbox =
            Sandbox::new(script::Limits { memory: around.limits.memory, stack: around.limits.stack })?;
        let mut worker = Self { run: None, engine: Rc::default(), outbox: Rc::default(), sandbox, around };
        let run = worker.bounded(|ctx| worker.load(ctx, script));
        worker.run = Some(run?);
        Ok(worker)
    }

    fn load<'js>(
        &self,
        ctx: &Ctx<'js>,
        script: &Script,
    ) -> Result<Persistent<Function<'static>>, ScriptError> {
        let native = host::native(ctx, &self.around, &self.engine, &self.outbox)?;
        let prelude: Function = ctx.eval_with_options(PRELUDE, named("prelude"))?;
        let prelude: Object = prelude.call((native, script.dialect == Dialect::Legacy))?;
        self.engine.open(ctx, &prelude)?;
        ctx.eval_with_options::<Value, _>(script.text.as_str(), named(FILE)).catch(ctx).map_err(|error| {
            match self.blame(&error) {
                ScriptError::Thrown { message, line } => ScriptError::Load { message, line },
                other => other,
            }
        })?;
        let process: Value = ctx.eval("typeof process === 'function' ? process : null")?;
        let Some(process) = process.as_function() else { return Err(ScriptError::NoProcess) };
        let runner: Function = prelude.get("runner")?;
        let run: Function = runner.call((process.clone(),))?;
        Ok(Persistent::save(ctx, run))
    }

    /// Calls `process` with a record, or with null after the last one, and answers what it passed on, in order.
    ///
    /// # Errors
    /// When the script throws, takes too long or too much, or passes on what is no record. What it passed on before is
    /// lost, so that a record never goes on and to the error path; the worker can take the next record.
    pub fn process(&mut self, record: Option<&Record>) -> Result<Vec<Emission>, ScriptError> {
        let Some(run) = self.run.clone() else { return Err(ScriptError::NoProcess) };
        self.outbox.begin(record);
        let result = self.bounded(|ctx| {
            let call = || {
                let argument = match record {
                    Some(record) => give::object(ctx, record.members(), &self.engine)?.into_value(),
                    None => Value::new_null(ctx.clone()),
                };
                run.restore(ctx)?.call::<_, ()>((argument,))
            };
            call().catch(ctx).map_err(|error| self.blame(&error))
        });
        let emissions = self.outbox.end();
        result?;
        emissions
    }

    /// Runs something in the context, within the limits of time.
    fn bounded<T>(&self, run: impl FnOnce(&Ctx<'_>) -> Result<T, ScriptError>) -> Result<T, ScriptError> {
        let Limits { call, job, .. } = self.around.limits;
        let left = self.around.budget.left(job);
        if left == Duration::ZERO {
            return Err(ScriptError::JobTooSlow(job.as_secs()));
        }
        let start = Instant::now();
        let result = self.sandbox.run(start + call.min(left), run);
        let spent = start.elapsed();
        self.around.budget.spend(spent);
        match result {
            Err(_) if spent >= left => Err(ScriptError::JobTooSlow(job.as_secs())),
            Err(_) if spent >= call => Err(ScriptError::TooSlow(call.as_millis())),
            other => other,
        }
    }

    /// What an exception means.
    fn blame(&self, error: &CaughtError<'_>) -> ScriptError {
        match Fault::of(error, FILE) {
            Fault::Thrown { message, line } => ScriptError::Thrown { message, line },
            Fault::Memory { line } => ScriptError::Memory { limit: self.around.limits.memory >> 20, line },
            Fault::Engine(message) => ScriptError::Engine(message),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.run = None;
        self.engine.close();
    }
}

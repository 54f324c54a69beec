//! One run of a script: a runtime of its own, on a thread that may block, until it calls back.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use rquickjs::{CatchResultExt as _, Ctx, Function, Object, Value as Js};
use script::{Fault, Sandbox, named};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::runtime::Handle;

use super::failure::Thrown;
use super::script::{MAX_BYTES, Script};
use super::{Outside, ScriptFailure, ScriptOptions};

const PRELUDE: &str = include_str!("prelude.js");

/// Bytes of the stack of a script.
const STACK: usize = 512 << 10;

/// Lines that a run may write to its console; what comes after them is counted, not kept.
const LINES_MAX: usize = 100;

/// Longest line of the console in bytes.
const LINE_MAX: usize = 2000;

/// Values as short as these are not taken for secrets.
const SECRET_MIN: usize = 4;

/// What is run.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) script: Script,
    pub(super) text: String,
    /// `options.configuration`.
    pub(super) configuration: Map<String, Value>,
    /// The arguments before the callback.
    pub(super) args: Vec<Value>,
    /// A password among them, which the console must not show.
    pub(super) password: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Done {
    /// What the callback was given.
    pub(super) result: Result<Value, ScriptFailure>,
    /// What the script wrote to its console, without the values of the configuration and the password.
    pub(super) console: Vec<String>,
}

/// What the callback was called with.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum End {
    Value(Value),
    Error(Thrown),
}

/// An answer or a ring: the number of what waited, and the answer as JSON or why there is none.
type Event = (u32, Option<Result<String, String>>);

/// Runs a script to its callback. Blocks; must be called within a Tokio runtime.
pub(super) fn run(run: &Run, outside: &Outside, options: &ScriptOptions) -> Done {
    let console = Rc::new(Console::of(run));
    let result = go(run, outside, options, &console);
    Done { result, console: console.lines.take() }
}

fn go(
    run: &Run,
    outside: &Outside,
    options: &ScriptOptions,
    console: &Rc<Console>,
) -> Result<Value, ScriptFailure> {
    let file = run.script.key();
    if run.text.len() > MAX_BYTES {
        return Err(ScriptFailure::Sandbox(format!("The script {file} is larger than {MAX_BYTES} bytes")));
    }
    let engine =
        |error: rquickjs::Error| ScriptFailure::Sandbox(format!("The script engine failed: {error}"));
    let sandbox = Sandbox::new(script::Limits { memory: options.memory, stack: STACK }).map_err(engine)?;
    let deadline = Instant::now() + options.time;
    let too_late = || {
        ScriptFailure::Sandbox(format!(
            "Script execution did not complete within {} seconds",
            options.time.as_secs_f64()
        ))
    };
    let result = sandbox.run(deadline, |ctx| {
        let (send, events) = channel();
        let end = Rc::new(RefCell::new(None));
        let native = native(ctx, outside, console, &send, &end)?;
        let prelude = ctx.eval_with_options::<Function, _>(PRELUDE, named("prelude"))?;
        let prelude: Object = prelude.call((native,))?;
        let function = match function(ctx, run) {
            Ok(function) => function,
            Err(failure) => return Ok(Err(failure)),
        };
        let call: Function = prelude.get("call")?;
        let called = call.call::<_, ()>((function, json(&run.configuration), json(&run.args)));
        if let Err(error) = called.catch(ctx) {
            return Ok(Err(blame(&error, file, options)));
        }
        wait(ctx, &prelude, &events, &end, console, deadline)
    });
    match result {
        Err(_) | Ok(Err(ScriptFailure::Error { .. })) if Instant::now() >= deadline => Err(too_late()),
        Err(error) => Err(engine(error)),
        Ok(Ok(None)) if Instant::now() >= deadline => Err(too_late()),
        Ok(Ok(None)) => {
            Err(ScriptFailure::Sandbox(format!("The script {file} ended without calling its callback")))
        }
        Ok(Ok(Some(End::Value(value)))) => Ok(value),
        Ok(Ok(Some(End::Error(thrown)))) => Err(thrown.failure(file, |text| console.masked(text))),
        Ok(Err(failure)) => Err(failure),
    }
}

/// The JSON text of what a script is given.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// Goes on with the script until it has called back, or nothing is left that could.
fn wait<'js>(
    ctx: &Ctx<'js>,
    prelude: &Object<'js>,
    events: &Receiver<Event>,
    end: &RefCell<Option<End>>,
    console: &Console,
    deadline: Instant,
) -> rquickjs::Result<Result<Option<End>, ScriptFailure>> {
    let settle: Function = prelude.get("settle")?;
    let holds: Function = prelude.get("holds")?;
    loop {
        while Instant::now() < deadline && ctx.execute_pending_job() {}
        if let Some(end) = end.take() {
            return Ok(Ok(Some(end)));
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || !holds.call::<_, bool>(())? {
            return Ok(Ok(None));
        }
        let (id, answer) = match events.recv_timeout(left) {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(Ok(None)),
        };
        let settled = match answer {
            None => settle.call::<_, ()>((id,)),
            Some(Ok(json)) => settle.call((id, json)),
            Some(Err(cause)) => settle.call((id, Js::new_undefined(ctx.clone()), console.masked(&cause))),
        };
        settled?;
    }
}

/// The script's function: the text is one function, or a program that declares it.
fn function<'js>(ctx: &Ctx<'js>, run: &Run) -> Result<Function<'js>, ScriptFailure> {
    let file = run.script.key();
    let whole = ctx.eval_with_options::<Js, _>(
        format!("({}\n)", run.text.trim_end().trim_end_matches(';')),
        named(file),
    );
    if let Ok(value) = whole.catch(ctx)
        && let Some(function) = value.as_function()
    {
        return Ok(function.clone());
    }
    ctx.eval_with_options::<Js, _>(run.text.as_str(), named(file)).catch(ctx).map_err(
        |error| match Fault::of(&error, file) {
            Fault::Thrown { message, line } => ScriptFailure::Error { message, line },
            Fault::Memory { .. } | Fault::Engine(_) => {
                ScriptFailure::Sandbox(format!("The script {file} does not load"))
            }
        },
    )?;
    let names = run.script.functions();
    for name in names {
        let found = ctx.eval::<Js, _>(format!("typeof {name} === 'function' ? {name} : null"));
        if let Ok(value) = found.catch(ctx)
            && let Some(function) = value.as_function()
        {
            return Ok(function.clone());
        }
    }
    Err(ScriptFailure::Sandbox(format!("The script {file} has no function {}", names.join(", "))))
}

fn blame(error: &rquickjs::CaughtError<'_>, file: &str, options: &ScriptOptions) -> ScriptFailure {
    match Fault::of(error, file) {
        Fault::Thrown { message, line } => ScriptFailure::Error { message, line },
        Fault::Memory { .. } => ScriptFailure::Sandbox(format!(
            "The script {file} needs more than {} MiB of memory",
            options.memory >> 20
        )),
        Fault::Engine(message) => ScriptFailure::Sandbox(format!("The script engine failed: {message}")),
    }
}

/// What the prelude asks of us.
fn native<'js>(
    ctx: &Ctx<'js>,
    outside: &Outside,
    console: &Rc<Console>,
    send: &Sender<Event>,
    end: &Rc<RefCell<Option<End>>>,
) -> rquickjs::Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;
    let to = Rc::clone(console);
    native
        .set("log", Function::new(ctx.clone(), move |level: String, line: String| to.say(&level, &line))?)?;

    let to = send.clone();
    native.set(
        "timer",
        Function::new(ctx.clone(), move |id: u32, ms: f64| {
            let to = to.clone();
            Handle::current().spawn(async move {
                tokio::time::sleep(Duration::try_from_secs_f64(ms / 1000.0).unwrap_or(Duration::MAX)).await;
                let _ = to.send((id, None));
            });
        })?,
    )?;

    let (to, outside) = (send.clone(), outside.clone());
    native.set(
        "fetch",
        Function::new(ctx.clone(), move |id: u32, request: String| {
            let (to, outside) = (to.clone(), outside.clone());
            Handle::current().spawn(async move {
                let answer = match serde_json::from_str(&request) {
                    Ok(request) => outside.fetch(request).await,
                    Err(_) => Err("not a request".to_owned()),
                };
                // Nobody listens any more once the script has called back.
                let _ = to.send((id, Some(answer.map(|answer| answer.to_string()))));
            });
        })?,
    )?;

    let (to, console) = (Rc::clone(end), Rc::clone(console));
    native.set(
        "end",
        Function::new(ctx.clone(), move |json: String| {
            let mut end = to.borrow_mut();
            if end.is_some() {
                console.say("warn", "the callback was called more than once; only the first call counts");
            } else {
                *end = serde_json::from_str(&json).ok();
            }
        })?,
    )?;
    Ok(native)
}

/// The console of a run.
struct Console {
    lines: RefCell<Vec<String>>,
    secrets: Vec<String>,
}

impl Console {
    fn of(run: &Run) -> Self {
        let values = run.configuration.values().filter_map(Value::as_str).map(str::to_owned);
        let mut secrets: Vec<String> =
            values.chain(run.password.clone()).filter(|text| text.len() >= SECRET_MIN).collect();
        // A secret that holds another one goes as a whole.
        secrets.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self { lines: RefCell::default(), secrets }
    }

    fn say(&self, level: &str, line: &str) {
        let mut lines = self.lines.borrow_mut();
        if lines.len() < LINES_MAX {
            let mut line = self.masked(line);
            let cut = (0..=LINE_MAX.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
            line.truncate(cut);
            lines.push(format!("{level}: {line}"));
        }
    }

    fn masked(&self, line: &str) -> String {
        self.secrets.iter().fold(line.to_owned(), |line, secret| line.replace(secret.as_str(), "*****"))
    }
}

//! A runtime with limits.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

use rquickjs::context::EvalOptions;
use rquickjs::{Context, Ctx, Runtime};

/// How much a script may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the heap.
    pub memory: usize,
    /// Bytes of the stack; the thread needs some more than that.
    pub stack: usize,
}

/// A runtime with one context. It stays on the thread that made it.
pub struct Sandbox {
    context: Context,
    runtime: Runtime,
    deadline: Rc<Cell<Option<Instant>>>,
}

impl Sandbox {
    /// An empty context.
    ///
    /// # Errors
    /// When there is no memory for it.
    pub fn new(limits: Limits) -> rquickjs::Result<Self> {
        let runtime = Runtime::new()?;
        runtime.set_memory_limit(limits.memory);
        runtime.set_max_stack_size(limits.stack);
        let deadline: Rc<Cell<Option<Instant>>> = Rc::default();
        let seen = Rc::clone(&deadline);
        runtime.set_interrupt_handler(Some(Box::new(move || {
            seen.get().is_some_and(|deadline| Instant::now() >= deadline)
        })));
        Ok(Self { context: Context::full(&runtime)?, runtime, deadline })
    }

    /// Runs something in the context. A script that is still running at `deadline` is stopped there, with an exception
    /// that it cannot catch; what waits on the host's side is the host's to stop.
    pub fn run<T>(&self, deadline: Instant, work: impl FnOnce(&Ctx<'_>) -> T) -> T {
        self.deadline.set(Some(deadline));
        let result = self.context.with(|ctx| work(&ctx));
        self.deadline.set(None);
        result
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.runtime.set_interrupt_handler(None);
    }
}

/// How a text is evaluated whose lines [`crate::Fault`] shall tell: as a file of this name, in the sloppy mode that
/// scripts were written for.
#[must_use]
pub fn named(name: &str) -> EvalOptions {
    let mut options = EvalOptions::default();
    options.strict = false;
    options.filename = Some(name.to_owned());
    options
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rquickjs::{CatchResultExt as _, Value};

    use super::*;
    use crate::Fault;

    fn evaluate(sandbox: &Sandbox, time: Duration, text: &str) -> Result<(), Fault> {
        sandbox.run(Instant::now() + time, |ctx| {
            ctx.eval_with_options::<Value, _>(text, named("here"))
                .catch(ctx)
                .map(drop)
                .map_err(|error| Fault::of(&error, "here"))
        })
    }

    #[test]
    fn faults_are_told_apart_and_the_box_lives_on() {
        let sandbox = Sandbox::new(Limits { memory: 8 << 20, stack: 256 << 10 }).unwrap();
        let long = Duration::from_secs(20);
        let thrown = evaluate(&sandbox, long, "let a = 1;\n\nnull.x;").unwrap_err();
        assert!(
            matches!(&thrown, Fault::Thrown { line: Some(3), message } if message.starts_with("TypeError"))
        );
        let text = evaluate(&sandbox, long, "throw 'a text'").unwrap_err();
        assert_eq!(text, Fault::Thrown { message: "a text".to_owned(), line: None });
        let full = evaluate(&sandbox, long, "let all = []; for (;;) all.push('x'.repeat(1e5) + all.length)");
        assert!(matches!(full, Err(Fault::Memory { .. })), "{full:?}");
        assert!(evaluate(&sandbox, long, "const f = () => f() + 1; f()").is_err());
        let start = Instant::now();
        assert!(evaluate(&sandbox, Duration::from_millis(20), "try { for (;;); } catch (e) {}").is_err());
        assert!(start.elapsed() < Duration::from_secs(10));
        evaluate(&sandbox, long, "1 + 1").unwrap();
    }
}

//! What the prelude asks of us.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use rquickjs::{Array, Ctx, Function, Object, Value};

use super::{
    ScriptError,
    engine::Engine,
    give,
    log::{level, rendered},
    take,
    worker::{Emission, Port, Surroundings},
};
use record::Record;

/// What a call passes on.
#[derive(Default)]
pub(super) struct Outbox {
    emissions: RefCell<Vec<Emission>>,
    stranger: Cell<Option<&'static str>>,
    current: RefCell<Option<Record>>,
}

impl Outbox {
    /// A call begins, with this record.
    pub(super) fn begin(&self, record: Option<&Record>) {
        self.current.replace(record.cloned());
        self.emissions.borrow_mut().clear();
        self.stranger.set(None);
    }

    /// The call is over.
    pub(super) fn end(&self) -> Result<Vec<Emission>, ScriptError> {
        self.current.take();
        match self.stranger.take() {
            Some(kind) => Err(ScriptError::NotARecord(kind)),
            None => Ok(self.emissions.take()),
        }
    }

    /// Something is passed on.
    fn put(&self, port: Port, value: &Value<'_>, is_current: bool, engine: &Engine) -> rquickjs::Result<()> {
        match value.as_object().filter(|_| !value.is_array() && !value.is_function()) {
            Some(object) => {
                let current = self.current.borrow();
                let record = take::record(object, current.as_ref().filter(|_| is_current), engine)?;
                self.emissions.borrow_mut().push(Emission { port, record });
            }
            None if value.is_null() || value.is_undefined() => {}
            None => self.stranger.set(Some(kind_of(value))),
        }
        Ok(())
    }
}

fn kind_of(value: &Value<'_>) -> &'static str {
    match value.type_name() {
        "string" => "a text",
        "bool" => "a truth value",
        "int" | "float" | "big_int" => "a number",
        "array" => "an array",
        _ => "a function or symbol",
    }
}

/// The functions that the prelude calls.
pub(super) fn native<'js>(
    ctx: &Ctx<'js>,
    around: &Surroundings,
    engine: &Rc<Engine>,
    outbox: &Rc<Outbox>,
) -> rquickjs::Result<Object<'js>> {
    let native = Object::new(ctx.clone())?;

    let (to, with) = (Rc::clone(outbox), Rc::clone(engine));
    native.set(
        "accept",
        Function::new(ctx.clone(), move |is_error: bool, record: Value<'js>, is_current: bool| {
            to.put(if is_error { Port::Error } else { Port::Next }, &record, is_current, &with)
        })?,
    )?;

    let (to, with) = (Rc::clone(outbox), Rc::clone(engine));
    native.set(
        "finish",
        Function::new(ctx.clone(), move |result: Value<'js>, is_current: bool| {
            let result = match result.as_promise() {
                Some(promise) => promise.finish::<Value>()?,
                None => result,
            };
            to.put(Port::Next, &result, is_current, &with)
        })?,
    )?;

    let log = around.log.clone();
    native.set("hears", Function::new(ctx.clone(), move |name: String| log.hears(level(&name)))?)?;

    let (log, step, with) = (around.log.clone(), around.step.clone(), Rc::clone(engine));
    native.set(
        "say",
        Function::new(ctx.clone(), move |name: String, values: Array<'js>| -> rquickjs::Result<()> {
            let words: Vec<String> = values
                .iter::<Value>()
                .map(|value| Ok(rendered(&take::shown(&value?, &with)?.to_serde())))
                .collect::<rquickjs::Result<_>>()?;
            log.say(level(&name), &step, &words.join(" "));
            Ok(())
        })?,
    )?;

    let (shared, with) = (Arc::clone(&around.shared), Rc::clone(engine));
    native.set(
        "shared",
        Function::new(ctx.clone(), move |ctx: Ctx<'js>, name: String| {
            give::value(&ctx, &shared.get(&name), &with)
        })?,
    )?;

    let (shared, with) = (Arc::clone(&around.shared), Rc::clone(engine));
    native.set(
        "share",
        Function::new(ctx.clone(), move |name: String, value: Value<'js>| -> rquickjs::Result<()> {
            shared.set(name, take::value(&value, &with)?);
            Ok(())
        })?,
    )?;
    Ok(native)
}

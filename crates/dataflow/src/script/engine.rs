//! What a worker keeps inside its runtime.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use arcstr::Substr;
use rquickjs::{
    Ctx, Function, Object, Persistent, Symbol, Value,
    object::{AsProperty, PropertyFlags},
    qjs,
};

use record::Value as Json;

/// More names than this are no schema but data, and get no accessor of their own.
const MOST_NAMES: usize = 4096;

type Kept<T> = RefCell<Option<Persistent<T>>>;
type Pair = (Persistent<Function<'static>>, Persistent<Function<'static>>);

/// Things of the engine that outlive a call. They are let go, with [`Engine::close`], before the runtime ends.
#[derive(Default)]
pub(super) struct Engine {
    /// Tells the members that nobody asked for.
    pub(super) reading: Reading,
    prototype: Kept<Object<'static>>,
    ordinary: Kept<Object<'static>>,
    source: Kept<Symbol<'static>>,
    make: Kept<Function<'static>>,
    accessors: RefCell<HashMap<Substr, Pair>>,
}

impl Engine {
    /// Takes what the prelude answers.
    pub(super) fn open<'js>(&self, ctx: &Ctx<'js>, prelude: &Object<'js>) -> rquickjs::Result<()> {
        let keep = |name| prelude.get::<_, Object>(name).map(|object| Some(Persistent::save(ctx, object)));
        self.prototype.replace(keep("prototype")?);
        self.ordinary.replace(keep("ordinary")?);
        self.source.replace(Some(Persistent::save(ctx, prelude.get::<_, Symbol>("source")?)));
        self.make.replace(Some(Persistent::save(ctx, prelude.get::<_, Function>("accessor")?)));
        Ok(())
    }

    /// Lets everything go.
    pub(super) fn close(&self) {
        self.prototype.take();
        self.ordinary.take();
        self.source.take();
        self.make.take();
        self.accessors.take();
    }

    /// The prototype of records and the objects in them.
    pub(super) fn prototype<'js>(&self, ctx: &Ctx<'js>) -> rquickjs::Result<Object<'js>> {
        restored(&self.prototype, ctx)
    }

    /// Whether an object is one of ours or one that a script wrote down, and so nothing that has a `toJSON`.
    pub(super) fn is_plain(&self, object: &Object<'_>) -> rquickjs::Result<bool> {
        let ctx = object.ctx();
        let Some(prototype) = object.get_prototype() else { return Ok(true) };
        Ok(prototype == restored(&self.prototype, ctx)? || prototype == restored(&self.ordinary, ctx)?)
    }

    /// The key of the function that builds the members of an object.
    pub(super) fn source<'js>(&self, ctx: &Ctx<'js>) -> rquickjs::Result<Value<'js>> {
        Ok(restored(&self.source, ctx)?.into_value())
    }

    /// The accessor of members of this name. Objects share it.
    pub(super) fn accessor<'js>(
        &self,
        ctx: &Ctx<'js>,
        name: &Substr,
    ) -> rquickjs::Result<Option<Waiting<'js>>> {
        if let Some((get, set)) = self.accessors.borrow().get(name) {
            return Ok(Some(Waiting { get: get.clone().restore(ctx)?, set: set.clone().restore(ctx)? }));
        }
        let mut accessors = self.accessors.borrow_mut();
        if accessors.len() >= MOST_NAMES {
            return Ok(None);
        }
        let (get, set): (Function, Function) = restored(&self.make, ctx)?
            .call::<_, rquickjs::Array>((name.as_str(),))
            .and_then(|pair| Ok((pair.get(0)?, pair.get(1)?)))?;
        let pair = (Persistent::save(ctx, get.clone()), Persistent::save(ctx, set.clone()));
        accessors.insert(Substr::from(name.as_str()), pair);
        Ok(Some(Waiting { get, set }))
    }
}

fn restored<'js, T>(kept: &Kept<T>, ctx: &Ctx<'js>) -> rquickjs::Result<T::Changed<'js>>
where
    T: Clone + rquickjs::JsLifetime<'static>,
{
    match kept.borrow().as_ref() {
        Some(value) => value.clone().restore(ctx),
        None => Err(rquickjs::Error::Unknown),
    }
}

/// A member that is built when it is first asked for: enumerable, writable, deletable, like any other.
pub(super) struct Waiting<'js> {
    get: Function<'js>,
    set: Function<'js>,
}

impl<'js> AsProperty<'js, ()> for Waiting<'js> {
    fn config(self, ctx: &Ctx<'js>) -> rquickjs::Result<(PropertyFlags, Value<'js>, Value<'js>, Value<'js>)> {
        let flags = qjs::JS_PROP_HAS_GET
            | qjs::JS_PROP_HAS_SET
            | qjs::JS_PROP_HAS_ENUMERABLE
            | qjs::JS_PROP_ENUMERABLE
            | qjs::JS_PROP_HAS_CONFIGURABLE
            | qjs::JS_PROP_CONFIGURABLE;
        #[expect(clippy::cast_possible_wrap, reason = "small flags of a C interface")]
        let flags = flags as PropertyFlags;
        Ok((flags, Value::new_undefined(ctx.clone()), self.get.into_value(), self.set.into_value()))
    }
}

/// While a result is read back, a member that nobody asked for is not built for it: it is handed over as it was read.
#[derive(Default)]
pub(super) struct Reading {
    on: Cell<bool>,
    unread: RefCell<Option<Json>>,
}

impl Reading {
    /// Asked by the builder of `member`: whether the asker is the reader, who now has it.
    pub(super) fn unread(&self, member: &Json) -> bool {
        if self.on.get() {
            self.unread.replace(Some(member.clone()));
        }
        self.on.get()
    }

    /// Reads one member: what `get` answers, and the member itself if nobody had asked for it.
    pub(super) fn read<T>(&self, get: impl FnOnce() -> T) -> (T, Option<Json>) {
        self.on.set(true);
        let value = get();
        self.on.set(false);
        (value, self.unread.take())
    }
}

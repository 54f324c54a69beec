//! A record is given to a script.

use std::rc::Rc;

use rquickjs::{Array, Ctx, Function, Object, String as Text, Value, object::Property};

use super::engine::Engine;
use record::{Object as Members, Value as Json, View};

/// The members as an object. Those that are objects or arrays are built when they are first asked for, since most scripts
/// ask for little of an account.
pub(super) fn object<'js>(
    ctx: &Ctx<'js>,
    members: &Members,
    engine: &Rc<Engine>,
) -> rquickjs::Result<Object<'js>> {
    let object = Object::new_proto(ctx.clone(), Some(&engine.prototype(ctx)?))?;
    let mut waits = false;
    for (name, member) in members.iter() {
        if member.is_branch()
            && let Some(accessor) = engine.accessor(ctx, name)?
        {
            object.prop(name.as_str(), accessor)?;
            waits = true;
        } else {
            object.set(name.as_str(), value(ctx, member, engine)?)?;
        }
    }
    if waits {
        object.prop(engine.source(ctx)?, Property::from(builder(ctx, members.clone(), engine)?))?;
    }
    Ok(object)
}

/// The function that builds a member of these.
fn builder<'js>(ctx: &Ctx<'js>, members: Members, engine: &Rc<Engine>) -> rquickjs::Result<Function<'js>> {
    let engine = Rc::clone(engine);
    Function::new(ctx.clone(), move |ctx: Ctx<'js>, name: Text<'js>| match members.get(&name.to_string()?) {
        Some(member) if engine.reading.unread(member) => Ok(Value::new_undefined(ctx)),
        Some(member) => value(&ctx, member, &engine),
        None => Ok(Value::new_undefined(ctx)),
    })
}

/// A value; of an object the first level.
pub(super) fn value<'js>(ctx: &Ctx<'js>, json: &Json, engine: &Rc<Engine>) -> rquickjs::Result<Value<'js>> {
    Ok(match json.view() {
        View::Null => Value::new_null(ctx.clone()),
        View::Bool(bool) => Value::new_bool(ctx.clone(), bool),
        View::Number(digits) => match digits.parse() {
            Ok(small) => Value::new_int(ctx.clone(), small),
            Err(_) => Value::new_float(ctx.clone(), digits.parse().unwrap_or(f64::NAN)),
        },
        View::Text(text) => Text::from_str(ctx.clone(), text)?.into_value(),
        View::Array(items) => {
            let array = Array::new(ctx.clone())?;
            for (index, item) in items.iter().enumerate() {
                array.set(index, value(ctx, item, engine)?)?;
            }
            array.into_value()
        }
        View::Object(members) => object(ctx, members, engine)?.into_value(),
    })
}

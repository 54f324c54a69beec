//! What a script passes on becomes a record again.

use rquickjs::{
    Atom, Coerced, Exception, Function, Object, Type, Value, atom::PredefinedAtom, function::This,
};

use super::engine::Engine;
use record::{Object as Members, Record, Value as Json, View};

/// Deeper than any record that was read; an object that contains itself is deeper still.
const DEEPEST: usize = 256;

/// A value, beside what was handed over at its place.
enum Taken {
    /// It is still the same.
    Same,
    /// It is another one.
    New(Json),
    /// Nothing that JSON could hold: a member goes, an item becomes null.
    Nothing,
}

/// Reads a record back. `original` is the record that the object was made from, if it was: when the script changed
/// nothing, it is passed on as it was read.
pub(super) fn record(
    object: &Object<'_>,
    original: Option<&Record>,
    engine: &Engine,
) -> rquickjs::Result<Record> {
    Ok(match (members(object, original.map(Record::members), engine, 0)?, original) {
        (Some(members), _) => Record::from(members),
        (None, Some(original)) => original.clone(),
        (None, None) => Record::new(),
    })
}

/// Any value, as logs take it: there a BigInt is only shown.
pub(super) fn shown(shown: &Value<'_>, engine: &Engine) -> rquickjs::Result<Json> {
    match shown.type_of() {
        Type::BigInt => Ok(Json::from(shown.get::<Coerced<String>>()?.0)),
        _ => value(shown, engine),
    }
}

/// Any value, as shared variables take it.
pub(super) fn value(value: &Value<'_>, engine: &Engine) -> rquickjs::Result<Json> {
    Ok(match take(value, None, engine, 0)? {
        Taken::New(json) => json,
        Taken::Same | Taken::Nothing => Json::NULL,
    })
}

/// The members of an object; none when they are those of `original`, in the same order.
fn members(
    object: &Object<'_>,
    original: Option<&Members>,
    engine: &Engine,
    depth: usize,
) -> rquickjs::Result<Option<Members>> {
    let mut beside = original.map(Members::iter);
    let mut changed = original.is_none();
    let mut taken = Vec::new();
    for key in object.keys::<Atom>() {
        let key = key?;
        let name = key.to_string()?;
        let before = match beside.as_mut().and_then(Iterator::next) {
            Some((expected, before)) if *expected == name => Some(before),
            _ => {
                changed = true;
                original.and_then(|original| original.get(&name))
            }
        };
        let (value, unread) = engine.reading.read(|| object.get::<_, Value>(key));
        let member = match (unread, before) {
            (Some(unread), Some(before)) if unread.is_same(before) => Taken::Same,
            (Some(unread), _) => Taken::New(unread),
            (None, _) => take(&value?, before, engine, depth + 1)?,
        };
        changed |= !matches!(member, Taken::Same);
        taken.push((name, before, member));
    }
    changed |= beside.is_some_and(|mut rest| rest.next().is_some());
    if !changed {
        return Ok(None);
    }
    let members = taken.into_iter().filter_map(|(name, before, member)| match member {
        Taken::Same => before.map(|before| (name, before.clone())),
        Taken::New(value) => Some((name, value)),
        Taken::Nothing => None,
    });
    Ok(Some(members.collect()))
}

fn take(value: &Value<'_>, before: Option<&Json>, engine: &Engine, depth: usize) -> rquickjs::Result<Taken> {
    if depth > DEEPEST {
        return Err(Exception::throw_type(
            value.ctx(),
            "the record contains itself, or is deeper than 256 levels",
        ));
    }
    let new = match value.type_of() {
        Type::Bool => Json::from(value.as_bool().unwrap_or_default()),
        Type::Int => Json::from(i64::from(value.as_int().unwrap_or_default())),
        Type::Float => Json::from(value.as_float().unwrap_or_default()),
        Type::String => Json::from(text(value)?),
        // As JSON.stringify has it: no number of JSON is one to everybody who reads it.
        Type::BigInt => {
            return Err(Exception::throw_type(value.ctx(), "Do not know how to serialize a BigInt"));
        }
        Type::Null => Json::NULL,
        Type::Array => return items(value, before, engine, depth),
        Type::Object | Type::Exception | Type::Proxy | Type::Promise => {
            return object(value, before, engine, depth);
        }
        _ => return Ok(Taken::Nothing),
    };
    Ok(if before.is_some_and(|before| looks_same(before, &new)) { Taken::Same } else { Taken::New(new) })
}

fn object(
    value: &Value<'_>,
    before: Option<&Json>,
    engine: &Engine,
    depth: usize,
) -> rquickjs::Result<Taken> {
    let Some(object) = value.as_object() else { return Ok(Taken::Nothing) };
    // Dates and their kin say themselves what they are in JSON.
    if !engine.is_plain(object)? {
        let to_json: Value = object.get(PredefinedAtom::ToJSON)?;
        if let Some(function) = to_json.as_function() {
            let json: Value = Function::call(function, (This(object.clone()),))?;
            return take(&json, before, engine, depth + 1);
        }
    }
    Ok(match members(object, before.and_then(Json::as_object), engine, depth)? {
        Some(members) => Taken::New(Json::from(members)),
        None => Taken::Same,
    })
}

fn items(value: &Value<'_>, before: Option<&Json>, engine: &Engine, depth: usize) -> rquickjs::Result<Taken> {
    let Some(array) = value.as_array() else { return Ok(Taken::Nothing) };
    let original = before.and_then(Json::as_array);
    let mut changed = original.is_none_or(|original| original.len() != array.len());
    let mut taken = Vec::new();
    for (index, item) in array.iter::<Value>().enumerate() {
        let before = original.and_then(|original| original.get(index));
        let item = take(&item?, before, engine, depth + 1)?;
        changed |= !matches!(item, Taken::Same);
        taken.push((before, item));
    }
    if !changed {
        return Ok(Taken::Same);
    }
    let items = taken.into_iter().map(|(before, item)| match (item, before) {
        (Taken::Same, Some(before)) => before.clone(),
        (Taken::New(value), _) => value,
        (Taken::Same | Taken::Nothing, _) => Json::NULL,
    });
    Ok(Taken::New(Json::from(items.collect::<Vec<_>>())))
}

fn text(value: &Value<'_>) -> rquickjs::Result<String> {
    let Some(text) = value.as_string() else { return Ok(String::new()) };
    match text.to_string() {
        Err(rquickjs::Error::Utf8(_)) => Err(Exception::throw_type(
            value.ctx(),
            "a text ends within a surrogate pair, which no file can hold",
        )),
        other => other,
    }
}

/// Whether a script sees the same value: numbers are the same when they are the same double.
fn looks_same(before: &Json, after: &Json) -> bool {
    match (before.view(), after.view()) {
        (View::Number(_), View::Number(_)) => before.as_f64() == after.as_f64(),
        _ => before == after,
    }
}

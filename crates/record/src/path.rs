//! Dotted paths: `profile.phones.0.number`, `'a.literal.name'`.

use std::fmt;

use arcstr::Substr;

use super::object::Object;
use super::value::{Value, View};

/// Numbers beyond this are names: a flow never means the millionth element.
const MAX_INDEX: usize = 99_999;

/// Where something stands in a record.
///
/// Names are separated by dots; a number meets an array's element (counted from 0) or an object's member of that name; a
/// name in single quotes keeps its dots.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Path {
    steps: Vec<Step>,
    /// The whole path as one name, if it has several.
    literal: Option<Substr>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Step {
    name: Substr,
    index: Option<usize>,
}

/// Why a text is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// Nothing, or nothing between two dots.
    #[error("`{0}` has an empty name; a path is names with a dot between them, as in profile.email")]
    Empty(String),
    /// A quote without its end.
    #[error("`{0}` opens a single quote and does not close it before a dot or the end")]
    Quote(String),
}

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// When a name is empty or a quote is not closed.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let mut steps = Vec::new();
        let mut rest = text;
        loop {
            let (name, quoted, after) = match rest.strip_prefix('\'') {
                Some(inner) => {
                    let end = inner
                        .match_indices('\'')
                        .map(|(at, _)| at)
                        .find(|at| matches!(inner.as_bytes().get(at + 1), None | Some(b'.')))
                        .ok_or_else(|| PathError::Quote(text.to_owned()))?;
                    (&inner[..end], true, &inner[end + 1..])
                }
                None => {
                    let end = rest.find('.').unwrap_or(rest.len());
                    (&rest[..end], false, &rest[end..])
                }
            };
            if name.is_empty() {
                return Err(PathError::Empty(text.to_owned()));
            }
            let number = !quoted && name.bytes().all(|byte| byte.is_ascii_digit());
            let index = name.parse().ok().filter(|index| number && *index <= MAX_INDEX);
            steps.push(Step { name: Substr::from(name), index });
            match after.strip_prefix('.') {
                Some(more) => rest = more,
                None => return Ok(Self::new(steps)),
            }
        }
    }

    /// The path of one member, whatever its name.
    #[must_use]
    pub fn name(name: &str) -> Self {
        Self::new(vec![Step { name: Substr::from(name), index: None }])
    }

    fn new(steps: Vec<Step>) -> Self {
        let names = || steps.iter().map(|step| step.name.as_str()).collect::<Vec<_>>().join(".");
        Self { literal: (steps.len() > 1).then(|| Substr::from(names())), steps }
    }

    /// Its only name, if it has one only.
    #[must_use]
    pub fn as_name(&self) -> Option<&str> {
        match self.steps.as_slice() {
            [only] => Some(&only.name),
            _ => None,
        }
    }

    /// Its last name.
    #[must_use]
    pub fn last(&self) -> &str {
        self.steps.last().map_or("", |step| &step.name)
    }

    /// What stands there, if each name meets an object and each number an array or an object.
    #[must_use]
    pub fn get<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        self.steps.iter().try_fold(value, |value, step| match value.view() {
            View::Object(object) => object.get(&step.name),
            View::Array(elements) => elements.get(step.index?),
            _ => None,
        })
    }

    /// What stands there, as components read.
    ///
    /// A name that meets an array is looked for in each element, and the finds become an array. Where the way leads
    /// nowhere, a member of the record whose name is the whole path, dots and all, is taken: files of columns have such.
    /// Both are our reading; the documentation says nothing of either.
    #[must_use]
    pub fn find(&self, value: &Value) -> Option<Value> {
        find(value, &self.steps).or_else(|| value.as_object()?.get(self.literal.as_deref()?).cloned())
    }

    /// Puts a value there. What is missing on the way is made: an array before a number, else an object. A scalar in the
    /// way gives way. A name that meets an array is set in each of its elements.
    pub fn set(&self, value: &mut Value, new: Value) {
        set(value, &self.steps, new);
    }

    /// Takes away what stands there and returns it, as [`Path::find`] would find it.
    pub fn remove(&self, value: &mut Value) -> Option<Value> {
        // What is not there shall not make a branch that was read one that was changed.
        if exists(value, &self.steps) {
            return remove(value, &self.steps);
        }
        let name =
            self.literal.as_deref().filter(|name| value.as_object().is_some_and(|own| own.contains(name)))?;
        value.as_object_mut()?.remove(name)
    }
}

impl Path {
    /// Puts into `kept` what stands here in `value`, with the objects and arrays around it and nothing else of them.
    pub(super) fn keep(&self, value: &Value, kept: &mut Value) {
        match pick(value, &self.steps) {
            Some(branch) => unite(kept, branch),
            None => {
                if let Some(name) = &self.literal
                    && let Some(found) = value.as_object().and_then(|own| own.get(name))
                {
                    kept.object_mut_or_new().insert(name.clone(), found.clone());
                }
            }
        }
    }
}

/// The way to what stands there and nothing beside it. Elements that are passed by become `null`.
fn pick(value: &Value, steps: &[Step]) -> Option<Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(value.clone()) };
    match (value.view(), step.index) {
        (View::Object(object), _) => {
            let member = pick(object.get(&step.name)?, rest)?;
            Some(Value::from([(step.name.clone(), member)].into_iter().collect::<Object>()))
        }
        (View::Array(elements), Some(index)) => {
            let mut picked = vec![Value::NULL; index];
            picked.push(pick(elements.get(index)?, rest)?);
            Some(Value::from(picked))
        }
        (View::Array(elements), None) => {
            let picked: Vec<Option<Value>> = elements.iter().map(|element| pick(element, steps)).collect();
            picked.iter().any(Option::is_some).then(|| {
                Value::from(
                    picked
                        .into_iter()
                        .map(|one| one.unwrap_or_else(|| Object::new().into()))
                        .collect::<Vec<_>>(),
                )
            })
        }
        _ => None,
    }
}

/// Two ways of the same value become one.
fn unite(kept: &mut Value, branch: Value) {
    if let (Some(_), Some(members)) = (kept.as_object(), branch.as_object()) {
        for (name, member) in members.iter() {
            let own = kept.object_mut_or_new();
            match own.get_mut(name) {
                Some(there) => unite(there, member.clone()),
                None => {
                    own.insert(name.clone(), member.clone());
                }
            }
        }
    } else if let (Some(_), Some(elements)) = (kept.as_array(), branch.as_array()) {
        let Some(own) = kept.as_array_mut() else { return };
        for (index, element) in elements.iter().enumerate() {
            match own.get_mut(index) {
                Some(there) => unite(there, element.clone()),
                None => own.push(element.clone()),
            }
        }
    } else if !branch.is_null() {
        *kept = branch;
    }
}

fn find(value: &Value, steps: &[Step]) -> Option<Value> {
    let Some((step, rest)) = steps.split_first() else { return Some(value.clone()) };
    match value.view() {
        View::Object(object) => find(object.get(&step.name)?, rest),
        View::Array(elements) => match step.index {
            Some(index) => find(elements.get(index)?, rest),
            None => gathered(elements.iter().filter_map(|element| find(element, steps))),
        },
        _ => None,
    }
}

fn set(value: &mut Value, steps: &[Step], new: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = new;
        return;
    };
    match (value.view(), step.index) {
        (View::Array(_), None) => {
            for element in value.as_array_mut().into_iter().flatten() {
                set(element, steps, new.clone());
            }
        }
        (View::Object(_), _) | (_, None) => {
            let object = value.object_mut_or_new();
            match object.get_mut(&step.name) {
                Some(member) => set(member, rest, new),
                None => {
                    let mut member = Value::NULL;
                    set(&mut member, rest, new);
                    object.push(step.name.clone(), member);
                }
            }
        }
        (_, Some(index)) => {
            if value.as_array().is_none() {
                *value = Value::from(Vec::new());
            }
            let Some(elements) = value.as_array_mut() else { return };
            if elements.len() <= index {
                elements.resize(index + 1, Value::NULL);
            }
            set(&mut elements[index], rest, new);
        }
    }
}

fn remove(value: &mut Value, steps: &[Step]) -> Option<Value> {
    let (step, rest) = steps.split_first()?;
    match (value.view(), step.index) {
        (View::Object(_), _) => {
            let object: &mut Object = value.as_object_mut()?;
            if rest.is_empty() {
                object.remove(&step.name)
            } else {
                remove(object.get_mut(&step.name)?, rest)
            }
        }
        (View::Array(elements), Some(index)) if index < elements.len() => {
            let elements = value.as_array_mut()?;
            if rest.is_empty() { Some(elements.remove(index)) } else { remove(&mut elements[index], rest) }
        }
        (View::Array(_), None) => {
            gathered(value.as_array_mut()?.iter_mut().filter_map(|element| remove(element, steps)))
        }
        _ => None,
    }
}

/// Whether [`find`] finds something.
fn exists(value: &Value, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    match (value.view(), step.index) {
        (View::Object(object), _) => object.get(&step.name).is_some_and(|member| exists(member, rest)),
        (View::Array(elements), Some(index)) => {
            elements.get(index).is_some_and(|element| exists(element, rest))
        }
        (View::Array(elements), None) => elements.iter().any(|element| exists(element, steps)),
        _ => false,
    }
}

fn gathered(finds: impl Iterator<Item = Value>) -> Option<Value> {
    let finds: Vec<Value> = finds.collect();
    (!finds.is_empty()).then(|| Value::from(finds))
}

impl std::str::FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Self, PathError> {
        Self::parse(text)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, step) in self.steps.iter().enumerate() {
            if at > 0 {
                f.write_str(".")?;
            }
            let quoted = step.name.contains('.') || step.name.starts_with('\'');
            if quoted { write!(f, "'{}'", step.name)? } else { f.write_str(&step.name)? }
        }
        Ok(())
    }
}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A path as a parameter.
impl<'de> serde::Deserialize<'de> for Path {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Path {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "path".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "path" })
    }
}

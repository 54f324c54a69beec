//! Members by name, in order.

use std::collections::HashMap;

use arcstr::Substr;

use super::json;
use super::value::Value;

/// Up to this many members a look at each of them beats a table.
const FEW: usize = 64;

/// The members of a JSON object, in the order they came.
#[derive(Clone, Debug, Default)]
pub struct Object {
    members: Vec<(Substr, Value)>,
}

impl Object {
    /// No members.
    #[must_use]
    pub const fn new() -> Self {
        Self { members: Vec::new() }
    }

    /// The one object without members that is nobody's.
    pub(super) fn empty() -> &'static Self {
        static EMPTY: Object = Object::new();
        &EMPTY
    }

    /// How many members there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Whether there is a member of this name.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// The member of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.position(name).map(|at| &self.members[at].1)
    }

    /// The member of this name, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Value> {
        self.position(name).map(|at| &mut self.members[at].1)
    }

    /// Sets a member: in its place if there is one of this name, else at the end. Returns what was there.
    pub fn insert(&mut self, name: impl Into<Substr>, value: impl Into<Value>) -> Option<Value> {
        let name = name.into();
        let value = value.into();
        if let Some(at) = self.position(&name) {
            return Some(std::mem::replace(&mut self.members[at].1, value));
        }
        self.members.push((name, value));
        None
    }

    /// Adds a member of a name that is not there yet.
    pub(super) fn push(&mut self, name: Substr, value: Value) {
        self.members.push((name, value));
    }

    /// Takes a member out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        self.position(name).map(|at| self.members.remove(at).1)
    }

    /// Puts a member right after the one named `after`, or at the end if there is none.
    pub fn insert_after(&mut self, after: &str, name: impl Into<Substr>, value: impl Into<Value>) {
        let name = name.into();
        self.remove(&name);
        let at = self.position(after).map_or(self.members.len(), |at| at + 1);
        self.members.insert(at, (name, value.into()));
    }

    /// Keeps the members for which `keep` says so.
    pub fn retain(&mut self, mut keep: impl FnMut(&str, &mut Value) -> bool) {
        self.members.retain_mut(|(name, value)| keep(name, value));
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Substr, &Value)> + DoubleEndedIterator {
        self.members.iter().map(|(name, value)| (name, value))
    }

    /// Names, and values to be changed, in order.
    pub fn iter_mut(&mut self) -> impl ExactSizeIterator<Item = (&Substr, &mut Value)> {
        self.members.iter_mut().map(|(name, value)| (&*name, value))
    }

    /// Appends the object as JSON on one line.
    pub(super) fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (index, (name, value)) in self.members.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            json::write_text(name, out);
            out.push(b':');
            value.write_json(out);
        }
        out.push(b'}');
    }

    fn position(&self, name: &str) -> Option<usize> {
        // Most names differ in their first byte; to compare the rest is a call.
        let first = name.as_bytes().first();
        self.members.iter().position(|(own, _)| own.as_bytes().first() == first && own == name)
    }
}

impl Object {
    /// Of members that come twice the last counts, in the place of the first.
    pub(super) fn from_members(members: impl ExactSizeIterator<Item = (Substr, Value)>) -> Self {
        let mut object = Self { members: Vec::with_capacity(members.len()) };
        // A bit for each kind of name that has come: most names are told apart by it and need not be looked for.
        let mut come = [0_u64; 4];
        let mut table: HashMap<Substr, usize> = HashMap::new();
        for (name, value) in members {
            let kind = kind(name.as_bytes());
            let (word, bit) = (&mut come[usize::from(kind >> 6)], 1 << (kind & 63));
            let len = object.members.len();
            let known = if *word & bit == 0 {
                None
            } else if len < FEW {
                object.position(&name)
            } else {
                for (at, (name, _)) in object.members.iter().enumerate().skip(table.len()) {
                    table.insert(name.clone(), at);
                }
                table.get(&name).copied()
            };
            *word |= bit;
            match known {
                Some(at) => object.members[at].1 = value,
                None => object.members.push((name, value)),
            }
        }
        object
    }
}

/// A number that tells most names of an account apart.
fn kind(name: &[u8]) -> u8 {
    let byte = |at: Option<&u8>| at.copied().unwrap_or(0);
    let middle = byte(name.get(name.len() / 2));
    #[expect(clippy::cast_possible_truncation, reason = "only the low bits count")]
    let len = name.len() as u8;
    len.wrapping_mul(37) ^ byte(name.first()) ^ middle.wrapping_mul(5) ^ byte(name.last()).wrapping_mul(27)
}

impl<N: Into<Substr>, V: Into<Value>> FromIterator<(N, V)> for Object {
    /// Of members that come twice the last counts, in the place of the first.
    fn from_iter<I: IntoIterator<Item = (N, V)>>(members: I) -> Self {
        let members: Vec<_> = members.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self::from_members(members.into_iter())
    }
}

impl IntoIterator for Object {
    type Item = (Substr, Value);
    type IntoIter = std::vec::IntoIter<(Substr, Value)>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self.members.iter().zip(&other.members).all(|((name, value), (same, beside))| {
                if name == same {
                    value == beside
                } else {
                    other.get(name).is_some_and(|found| found == value)
                }
            })
    }
}

//! Names that are counted, so many of them apart and the rest together.

use std::collections::HashMap;
use std::hash::Hash;

/// Counters by name.
#[derive(Debug, Clone)]
pub(super) struct Counted<K, V = u64> {
    room: usize,
    all: HashMap<K, V>,
    /// What came when there was no more room.
    pub(super) other: V,
}

impl<K: Hash + Eq, V: Default> Counted<K, V> {
    /// At most `room` names.
    pub(super) fn new(room: usize) -> Self {
        Self { room, all: HashMap::new(), other: V::default() }
    }

    /// The counter of a name.
    pub(super) fn of(&mut self, name: K) -> &mut V {
        if self.all.len() >= self.room && !self.all.contains_key(&name) {
            return &mut self.other;
        }
        self.all.entry(name).or_default()
    }

    /// Names and counters, in no order.
    pub(super) fn into_iter(self) -> impl Iterator<Item = (K, V)> {
        self.all.into_iter()
    }
}

impl Counted<String> {
    /// Adds what another has counted.
    pub(super) fn add(&mut self, more: Self) {
        self.other += more.other;
        for (name, count) in more.all {
            *self.of(name) += count;
        }
    }

    /// Most frequent first, `other` last.
    pub(super) fn sorted(self) -> Vec<super::Named> {
        let mut all: Vec<super::Named> =
            self.all.into_iter().map(|(name, count)| super::Named { name, count }).collect();
        all.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.name.cmp(&b.name)));
        if self.other > 0 {
            all.push(super::Named { name: "other".to_owned(), count: self.other });
        }
        all
    }
}

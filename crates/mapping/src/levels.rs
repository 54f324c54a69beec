//! Members by name: which node of the plan a member is, or which counter it adds to when it reaches nowhere.
//!
//! Accounts of one site have the same members in nearly the same order. Each level therefore remembers which member
//! followed which, and compares the bytes at hand with that one name before it looks anything up.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::plan::{Mapping, Node, NodeId};
use crate::values::unescape;

/// New names on one level after which further ones share a counter, so that a hostile export cannot fill the memory.
const MAX_NAMES: usize = 4096;

/// Index of an [`Entry`] on its level.
pub(crate) type EntryId = usize;

/// A member's name that was seen on a level, or is looked for.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    name: Box<[u8]>,
    /// The first sixteen bytes of the name and its closing quote, and which of them count.
    head: u128,
    mask: u128,
    /// The node of the plan, when the mapping looks for it.
    pub(crate) node: Option<NodeId>,
    next: EntryId,
    /// Values under this name that reached nowhere.
    pub(crate) not_moved: u64,
}

/// The members of the objects at one node.
#[derive(Debug, Clone)]
pub(crate) struct Level {
    pub(crate) entries: Vec<Entry>,
    by_name: HashMap<Box<[u8]>, EntryId, RandomState>,
    /// Where names go that are too many.
    overflow: EntryId,
}

impl Level {
    pub(crate) fn new(node: &Node) -> Self {
        let mut level = Self { entries: Vec::new(), by_name: HashMap::default(), overflow: 0 };
        level.overflow = level.add(b"\0", None);
        for (name, id) in &node.children {
            level.add(name.as_bytes(), Some(*id));
        }
        level
    }

    fn add(&mut self, name: &[u8], node: Option<NodeId>) -> EntryId {
        let id = self.entries.len();
        let mut head = [0; 16];
        let mut mask = [0; 16];
        for (at, byte) in name.iter().copied().chain([b'"']).take(16).enumerate() {
            head[at] = byte;
            mask[at] = 0xff;
        }
        let (head, mask) = (u128::from_le_bytes(head), u128::from_le_bytes(mask));
        self.entries.push(Entry { name: name.into(), head, mask, node, next: 0, not_moved: 0 });
        self.by_name.insert(name.into(), id);
        id
    }

    /// The member whose name starts at `at` (after the quote), if it is the one that followed `previous` last time, or
    /// the one after that. Gives the length of the name.
    #[inline]
    pub(crate) fn expected(&self, text: &[u8], at: usize, previous: EntryId) -> Option<(EntryId, usize)> {
        let block = u128::from_le_bytes(*text.get(at..)?.first_chunk::<16>()?);
        let first = self.entries[previous].next;
        for id in [first, self.entries[first].next] {
            let entry = &self.entries[id];
            if (block ^ entry.head) & entry.mask != 0 {
                continue;
            }
            let name = &entry.name;
            let end = at + name.len();
            if name.len() < 16 || (text.get(end) == Some(&b'"') && text.get(at..end) == Some(name)) {
                return Some((id, name.len()));
            }
        }
        None
    }

    /// The member of that name, and notes that it followed `previous`.
    pub(crate) fn find(&mut self, name: &[u8], previous: EntryId) -> EntryId {
        let id = match self.by_name.get(name) {
            Some(id) => *id,
            None => self.learn(name),
        };
        self.entries[previous].next = id;
        id
    }

    fn learn(&mut self, name: &[u8]) -> EntryId {
        if name.contains(&b'\\') {
            let quoted = format!("\"{}\"", String::from_utf8_lossy(name));
            let plain = unescape(&quoted).unwrap_or_default();
            if let Some(id) = self.by_name.get(plain.as_bytes()) {
                return *id;
            }
        }
        if self.entries.len() < MAX_NAMES { self.add(name, None) } else { self.overflow }
    }
}

/// A level for every node that has members or rows.
pub(crate) fn levels(mapping: &Mapping) -> Vec<Level> {
    mapping.nodes.iter().map(Level::new).collect()
}

/// Dotted path and count of every member that reached nowhere.
pub(crate) fn not_moved(mapping: &Mapping, levels: &[Level]) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for (node, level) in mapping.nodes.iter().zip(levels).filter(|(node, _)| !node.whole) {
        for entry in level.entries.iter().filter(|entry| entry.not_moved > 0) {
            let name = if *entry.name == *b"\0" { "*".into() } else { String::from_utf8_lossy(&entry.name) };
            let path = if node.path.is_empty() { name.into_owned() } else { format!("{}.{name}", node.path) };
            all.push((path, entry.not_moved));
        }
    }
    all
}

//! Which members are filled, and how often.

use std::collections::{BTreeMap, HashMap};

use scan::{Fault, Kind, Scanner, Span};

use super::Named;

/// Paths that are counted apart; further ones share `*`.
const PATHS: usize = 4096;
/// Objects in objects that are looked into; deeper ones are told as a whole.
const LEVELS: u16 = 8;

type NodeId = usize;

#[derive(Debug, Clone, Default)]
struct Node {
    path: String,
    children: HashMap<Box<[u8]>, NodeId>,
    /// Accounts in which it is filled with something that is looked into no further.
    filled: u64,
    /// The account in which it was seen last, so that a doubled member counts once.
    seen: u64,
    /// Which of the wanted values it is.
    wanted: Option<usize>,
}

/// A tree of the members that were seen.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    nodes: Vec<Node>,
    account: u64,
    /// By wanted path: where its value is in the account that was walked last.
    pub(super) found: Vec<Span>,
}

const ROOT: NodeId = 0;
/// Counts what there is no room for.
const REST: NodeId = 1;

impl Fields {
    /// A tree that notes the values at `wanted` paths.
    pub(super) fn new(wanted: &[&str]) -> Self {
        let rest = Node { path: "*".to_owned(), ..Node::default() };
        let mut fields = Self {
            nodes: vec![Node::default(), rest],
            account: 0,
            found: vec![Span::default(); wanted.len()],
        };
        for (index, path) in wanted.iter().enumerate() {
            let node = path.split('.').fold(ROOT, |node, name| fields.child(node, name.as_bytes()));
            fields.nodes[node].wanted = Some(index);
        }
        fields
    }

    /// Walks over the account that starts at `at`; it was found to be whole before.
    pub(super) fn walk(&mut self, text: &str, at: usize, max_depth: u16) {
        self.account += 1;
        self.found.fill(Span::default());
        let mut scanner = Scanner::new(text.as_bytes(), at, max_depth);
        // A fault here was one for the kernel, and the account would not have come.
        let _ = self.object(&mut scanner, ROOT, 0);
    }

    fn object(&mut self, scanner: &mut Scanner<'_>, node: NodeId, depth: u16) -> Result<(), Fault> {
        scanner.skip_space();
        scanner.at += 1;
        if scanner.skip_space() == b'}' {
            scanner.at += 1;
            return Ok(());
        }
        loop {
            scanner.skip_space();
            let start = scanner.at + 1;
            scanner.at = start;
            scanner.string()?;
            let child = self.child(node, scanner.text.get(start..scanner.at - 1).unwrap_or(b""));
            scanner.colon()?;
            self.value(scanner, child, depth + 1)?;
            match scanner.skip_space() {
                b',' => scanner.at += 1,
                b'}' => {
                    scanner.at += 1;
                    return Ok(());
                }
                _ => return Err(Fault::EndOfObject),
            }
        }
    }

    fn value(&mut self, scanner: &mut Scanner<'_>, node: NodeId, depth: u16) -> Result<(), Fault> {
        if scanner.skip_space() == b'{' && depth < LEVELS && node != REST {
            return self.object(scanner, node, depth);
        }
        let span = scanner.value(depth)?;
        let node = &mut self.nodes[node];
        if span.kind != Kind::Null && !span.is_empty() {
            node.filled += u64::from(node.seen != self.account);
            node.seen = self.account;
        }
        if let Some(wanted) = node.wanted {
            self.found[wanted] = span;
        }
        Ok(())
    }

    fn child(&mut self, parent: NodeId, name: &[u8]) -> NodeId {
        if let Some(id) = self.nodes[parent].children.get(name) {
            return *id;
        }
        if self.nodes.len() >= PATHS {
            return REST;
        }
        let above = &self.nodes[parent].path;
        let name_text = String::from_utf8_lossy(name);
        let path = if above.is_empty() { name_text.into_owned() } else { format!("{above}.{name_text}") };
        self.nodes.push(Node { path, ..Node::default() });
        let id = self.nodes.len() - 1;
        self.nodes[parent].children.insert(name.into(), id);
        id
    }

    /// Every path that was filled.
    pub(super) fn counts(self) -> impl Iterator<Item = (String, u64)> {
        self.nodes.into_iter().filter(|node| node.filled > 0).map(|node| (node.path, node.filled))
    }
}

/// Paths of several workers, in their order.
pub(super) fn merged(all: impl Iterator<Item = (String, u64)>) -> Vec<Named> {
    let mut paths: BTreeMap<String, u64> = BTreeMap::new();
    for (path, count) in all {
        let room = paths.len() < PATHS || paths.contains_key(&path);
        *paths.entry(if room { path } else { "*".to_owned() }).or_default() += count;
    }
    paths.into_iter().map(|(name, count)| Named { name, count }).collect()
}

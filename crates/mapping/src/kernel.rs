//! One walk over the bytes of an account, guided by the plan: every member is visited once.

use user::Metadata;

use crate::levels::{self, Level};
use crate::losses::Losses;
use crate::mapped::Mapped;
use crate::plan::{Mapping, NodeId, ROOT};
use crate::values::Source;
use scan::{Fault, Kind, Notices, Scanner, Span};

/// A mapping at work. Each worker has its own; it keeps the memory of one account for the next.
#[derive(Debug)]
pub struct Kernel<'m> {
    pub(crate) mapping: &'m Mapping,
    levels: Vec<Level>,
    pub(crate) found: Found,
    pub(crate) buffers: Vec<Metadata>,
    pub(crate) losses: Losses,
    max_depth: u16,
    doubled: u64,
    big_integers: u64,
    infinite: u64,
}

/// Where the values of one account are.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// By slot.
    pub(crate) slots: Vec<Span>,
    /// By node: the account in which it was seen last.
    seen: Vec<u64>,
    account: u64,
    /// By node that is taken apart, one after the other: the node of a row, and the slots of its members.
    pub(crate) rows: Vec<(NodeId, Vec<Span>)>,
    spare: Vec<Vec<Span>>,
}

/// What a kernel noticed over all accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Members that reached nowhere, or whose value a rule could make nothing of: dotted path, number of accounts (objects, inside arrays) that have it.
    pub not_moved: Vec<(String, u64)>,
    /// Members that stood twice in an object; the last was taken.
    pub doubled_keys: u64,
    /// Integers beyond 2^53, which a JavaScript back end may round.
    pub big_integers: u64,
    /// Numbers beyond any double, which a JavaScript back end writes as `null`.
    pub infinite: u64,
}

impl Tally {
    /// What needs no action unless a person says so: code and count.
    #[must_use]
    pub fn warnings(&self) -> [(&'static str, u64); 3] {
        [
            ("doubled_key", self.doubled_keys),
            ("integer_beyond_2_53", self.big_integers),
            ("number_beyond_double", self.infinite),
        ]
    }
}

impl<'m> Kernel<'m> {
    /// A kernel that refuses accounts nested deeper than `max_depth`.
    #[must_use]
    pub fn new(mapping: &'m Mapping, max_depth: u16) -> Self {
        let found = Found {
            slots: vec![Span::default(); mapping.slots],
            seen: vec![0; mapping.nodes.len()],
            ..Found::default()
        };
        let levels = levels::levels(mapping);
        let losses = Losses::new(mapping);
        Self {
            mapping,
            levels,
            found,
            buffers: Vec::new(),
            losses,
            max_depth,
            doubled: 0,
            big_integers: 0,
            infinite: 0,
        }
    }

    /// Maps the account that starts at `at` in `text`, which ends in [`scan::PADDING`] zero bytes.
    ///
    /// Gives the place after the account. The account's values may be `null`, empty or absent: all three are nothing.
    ///
    /// # Errors
    /// [`Fault`], and the place where the walk stopped.
    pub fn map<'t>(&mut self, text: &'t str, at: usize) -> Result<(Mapped<'t>, usize), (Fault, usize)> {
        self.found.clear();
        let mut scanner = Scanner::new(text.as_bytes(), at, self.max_depth);
        if scanner.skip_space() != b'{' {
            return Err((Fault::Object, scanner.at));
        }
        if let Err(fault) = self.object(&mut scanner, ROOT, 0, None) {
            return Err((fault, scanner.at));
        }
        let Notices { big_integers, infinite } = scanner.notices;
        self.big_integers += u64::from(big_integers);
        self.infinite += u64::from(infinite);
        Ok((self.evaluate(Source(text)), scanner.at))
    }

    /// Takes the buffers of a user back, for the next.
    pub fn recycle(&mut self, user: user::User<'_>) {
        for mut buffer in [user.user_metadata, user.app_metadata, user.gigya, user.original] {
            buffer.clear();
            self.buffers.push(buffer);
        }
    }

    /// What was noticed so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut not_moved = levels::not_moved(self.mapping, &self.levels);
        not_moved.extend(self.losses.paths(self.mapping));
        Tally {
            not_moved,
            doubled_keys: self.doubled,
            big_integers: self.big_integers,
            infinite: self.infinite,
        }
    }

    /// Walks an object whose node is looked for; `row` takes the values instead of the slots.
    fn object(
        &mut self,
        scanner: &mut Scanner<'_>,
        node: NodeId,
        depth: u16,
        mut row: Option<&mut Vec<Span>>,
    ) -> Result<(), Fault> {
        if depth >= self.max_depth {
            return Err(Fault::TooDeep);
        }
        scanner.at += 1;
        if scanner.skip_space() == b'}' {
            scanner.at += 1;
            return Ok(());
        }
        let mut previous = 0;
        loop {
            if scanner.peek() != b'"' {
                return Err(Fault::Name);
            }
            let start = scanner.at + 1;
            let entry =
                if let Some((entry, length)) = self.levels[node].expected(scanner.text, start, previous) {
                    scanner.at = start + length + 1;
                    entry
                } else {
                    scanner.at = start;
                    scanner.string()?;
                    let name = scanner.text.get(start..scanner.at - 1).unwrap_or(b"");
                    self.levels[node].find(name, previous)
                };
            previous = entry;
            scanner.colon()?;
            match self.levels[node].entries[entry].node {
                None => {
                    let span = scanner.value(depth + 1)?;
                    self.levels[node].entries[entry].not_moved += u64::from(!span.is_empty());
                }
                Some(child) => {
                    let span = self.member(scanner, child, depth + 1, row.as_deref_mut())?;
                    self.levels[node].entries[entry].not_moved += u64::from(span);
                }
            }
            match scanner.skip_space() {
                b',' => {
                    scanner.at += 1;
                    scanner.skip_space();
                }
                b'}' => {
                    scanner.at += 1;
                    return Ok(());
                }
                _ => return Err(Fault::EndOfObject),
            }
        }
    }

    /// Walks the value of a member that is looked for; `true` when it is something and reaches nowhere.
    fn member(
        &mut self,
        scanner: &mut Scanner<'_>,
        node: NodeId,
        depth: u16,
        row: Option<&mut Vec<Span>>,
    ) -> Result<bool, Fault> {
        let plan = &self.mapping.nodes[node];
        if row.is_none() && self.found.seen[node] == self.found.account {
            self.doubled += 1;
            self.found.forget(plan.below.as_slice(), self.mapping);
        }
        self.found.seen[node] = self.found.account;
        let first = scanner.skip_space();
        let start = scanner.at as u32;
        let mut parts = false;
        let span = if let Some(rows) = plan.rows.filter(|_| matches!(first, b'[' | b'{')) {
            parts = true;
            if first == b'{' && !plan.children.is_empty() {
                self.by_paths(scanner, node, depth)?;
            }
            self.rows(scanner, rows, depth)?
        } else if first == b'{' && !plan.children.is_empty() {
            parts = true;
            self.object(scanner, node, depth, None)?;
            Span { start, end: scanner.at as u32, kind: Kind::Object }
        } else {
            scanner.value(depth)?
        };
        match (row, plan.slot, plan.column) {
            (Some(row), _, Some(column)) => row[column] = span,
            (None, Some(slot), _) => self.found.slots[slot] = span,
            _ => {}
        }
        Ok(!plan.moved && !parts && !span.is_empty())
    }

    /// Looks for the members of an object that will be walked again, to be taken apart; that walk counts what reaches
    /// nowhere.
    fn by_paths(&mut self, scanner: &mut Scanner<'_>, node: NodeId, depth: u16) -> Result<(), Fault> {
        let (at, notices) = (scanner.at, scanner.notices);
        let counted: Vec<u64> = self.levels[node].entries.iter().map(|entry| entry.not_moved).collect();
        self.object(scanner, node, depth, None)?;
        let before = counted.into_iter().chain(std::iter::repeat(0));
        for (entry, count) in self.levels[node].entries.iter_mut().zip(before) {
            entry.not_moved = count;
        }
        (scanner.at, scanner.notices) = (at, notices);
        Ok(())
    }

    /// Walks an object, or an array of objects, each of which is taken apart.
    fn rows(&mut self, scanner: &mut Scanner<'_>, node: NodeId, depth: u16) -> Result<Span, Fault> {
        let start = scanner.at as u32;
        if scanner.peek() == b'{' {
            self.row(scanner, node, depth)?;
            return Ok(Span { start, end: scanner.at as u32, kind: Kind::Object });
        }
        if depth >= self.max_depth {
            return Err(Fault::TooDeep);
        }
        scanner.at += 1;
        if scanner.skip_space() != b']' {
            loop {
                if scanner.skip_space() == b'{' {
                    self.row(scanner, node, depth + 1)?;
                } else {
                    scanner.value(depth + 1)?;
                }
                match scanner.skip_space() {
                    b',' => scanner.at += 1,
                    b']' => break,
                    _ => return Err(Fault::EndOfArray),
                }
            }
        }
        scanner.at += 1;
        Ok(Span { start, end: scanner.at as u32, kind: Kind::Array })
    }

    fn row(&mut self, scanner: &mut Scanner<'_>, node: NodeId, depth: u16) -> Result<(), Fault> {
        let mut row = self.found.spare.pop().unwrap_or_default();
        row.clear();
        row.resize(self.mapping.nodes[node].children.len(), Span::default());
        self.object(scanner, node, depth, Some(&mut row))?;
        self.found.rows.push((node, row));
        Ok(())
    }
}

impl Found {
    fn clear(&mut self) {
        self.account += 1;
        self.slots.fill(Span::default());
        self.spare.extend(self.rows.drain(..).map(|(_, row)| row));
    }

    /// The second occurrence of a member takes back what the first one gave.
    fn forget(&mut self, nodes: &[NodeId], mapping: &Mapping) {
        for &node in nodes {
            self.seen[node] = 0;
            if let Some(slot) = mapping.nodes[node].slot {
                self.slots[slot] = Span::default();
            }
            if let Some(rows) = mapping.nodes[node].rows {
                self.rows.retain(|(row, _)| *row != rows);
            }
        }
    }
}

//! A mapping, compiled: which members of an account to look for, and what to make of them.

use std::collections::BTreeSet;

use crate::document::{self, DocumentError};
use crate::rule::{Field, Identifier, Path, Rule, Target, Transform};

/// Place of a value that was found.
pub(crate) type Slot = usize;
/// Place of a [`Node`] in the tree.
pub(crate) type NodeId = usize;

/// A member that the mapping looks for, by its path.
#[derive(Debug, Default)]
pub(crate) struct Node {
    pub(crate) path: String,
    pub(crate) children: Vec<(String, NodeId)>,
    /// Where its value is noted.
    pub(crate) slot: Option<Slot>,
    /// Whether its value, as a whole or in parts, reaches a target. A node that is only observed does not.
    pub(crate) moved: bool,
    /// Whether its value, or one that it is a part of, reaches a target as it stands: then all that is in it does.
    pub(crate) whole: bool,
    /// Objects in it are taken apart; the tree for one of them.
    pub(crate) rows: Option<NodeId>,
    /// As a member of such an object: where its value is noted in the row.
    pub(crate) column: Option<Slot>,
    /// Every node below, itself included: what a second occurrence of the member takes back.
    pub(crate) below: Vec<NodeId>,
}

/// Where a rule finds a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source {
    pub(crate) slot: Slot,
    /// Of an array, this element.
    pub(crate) element: Option<usize>,
}

/// A rule, compiled.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Place of its rule in [`Mapping::rules`].
    pub(crate) rule: usize,
    pub(crate) sources: Vec<Source>,
    /// For each source whether no other rule takes it; empty unless the first of several is taken.
    pub(crate) only_here: Vec<bool>,
    pub(crate) transform: Transform,
    /// For [`Transform::Pick`]: the node of a row, and name and column of what is kept.
    pub(crate) pick: Option<(NodeId, Vec<(String, Slot)>)>,
    pub(crate) prefer: Option<Source>,
    pub(crate) constant: Option<String>,
}

/// What becomes a member of a metadata object.
#[derive(Debug)]
pub(crate) enum Member {
    Value(Step),
    Object(Members),
    Spread(Step),
}

/// Members by their names. A name is kept as it is written: `"name":`.
pub(crate) type Members = Vec<(String, Member)>;

/// Members of the account that are looked at whatever the mapping says.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) uid: Slot,
    pub(crate) is_registered: Slot,
    pub(crate) has_full_account: Slot,
    pub(crate) is_lite: Slot,
    pub(crate) login_provider: Slot,
    pub(crate) last_login: Slot,
    pub(crate) last_login_timestamp: Slot,
    pub(crate) last_updated_timestamp: Slot,
    /// By the paths of the rule for the password, in its order.
    pub(crate) password: Vec<PasswordSlots>,
}

/// Members of a password object; source: facts on Gigya, "Password hashes". Export and import names are both taken.
#[derive(Debug)]
pub(crate) struct PasswordSlots {
    pub(crate) hash: [Slot; 2],
    pub(crate) compound: [Slot; 2],
    pub(crate) algorithm: Slot,
    pub(crate) salt: Slot,
    pub(crate) rounds: Slot,
    pub(crate) format: Slot,
    pub(crate) binary_format: Slot,
    pub(crate) url: [Slot; 2],
}

/// A mapping, ready to run. It is shared by all workers.
#[derive(Debug)]
pub struct Mapping {
    pub(crate) nodes: Vec<Node>,
    pub(crate) slots: usize,
    pub(crate) fields: Vec<(Field, Step)>,
    pub(crate) user_metadata: Members,
    pub(crate) app_metadata: Members,
    pub(crate) gigya: Members,
    pub(crate) facts: Facts,
    pub(crate) identities: NodeId,
    /// Columns of provider, id and `isLoginIdentity` in an identity.
    pub(crate) identity: [Slot; 3],
    pub(crate) observed: Option<Slot>,
    /// For each rule of the document: its target as a path, and its line.
    pub(crate) rules: Vec<(String, usize)>,
    identifiers: Vec<Identifier>,
}

/// Members of an identity that are always noted.
const IDENTITY_MEMBERS: [&str; 3] = ["provider", "providerUID", "isLoginIdentity"];

/// The root of the tree.
pub(crate) const ROOT: NodeId = 0;

impl Mapping {
    /// Compiles a document for a connection that takes `identifiers`.
    ///
    /// # Errors
    /// The first mistake in the document, with line and column.
    pub fn compile(text: &str, identifiers: &[Identifier]) -> Result<Self, DocumentError> {
        Self::observing(text, identifiers, None)
    }

    /// Compiles a document and notes the value at a dotted path beside it, for a selection of accounts.
    ///
    /// # Errors
    /// The first mistake in the document, with line and column.
    pub fn observing(
        text: &str,
        identifiers: &[Identifier],
        path: Option<&str>,
    ) -> Result<Self, DocumentError> {
        let rules = document::parse(text)?;
        let mut tree = Tree { nodes: vec![Node::default()], slots: 0 };
        let hashes = rules.iter().find(|rule| rule.target == Target::Field(Field::Password));
        let facts = tree.facts(hashes.map(|rule| rule.from.as_slice()).unwrap_or_default());
        let observed = path.map(|path| tree.observe(path));
        let mut fields = Vec::new();
        let (mut user_metadata, mut app_metadata, mut gigya) = (Vec::new(), Vec::new(), Vec::new());
        for (number, rule) in rules.iter().enumerate() {
            let takes = |identifier| identifiers.contains(&identifier);
            if rule.when.is_some_and(|when| !takes(when)) || rule.unless.is_some_and(takes) {
                continue;
            }
            let mut step = tree.step(number, rule);
            let takes_first = matches!(rule.transform, Transform::Text | Transform::Raw | Transform::Flag);
            if takes_first && rule.from.len() > 1 {
                let others = |path: &Path| {
                    rules.iter().enumerate().any(|(at, other)| at != number && other.from.contains(path))
                };
                step.only_here = rule.from.iter().map(|path| !others(path)).collect();
            }
            match &rule.target {
                Target::Field(Field::Username) if !takes(Identifier::Username) => {}
                Target::Field(Field::PhoneNumber | Field::PhoneVerified) if !takes(Identifier::Phone) => {}
                Target::Field(field) => fields.push((*field, step)),
                Target::UserMetadata(path) => insert(&mut user_metadata, path, step),
                Target::AppMetadata(path) => match path.split_first() {
                    Some((first, rest)) if first == "gigya" && !rest.is_empty() => {
                        insert(&mut gigya, rest, step)
                    }
                    _ => insert(&mut app_metadata, path, step),
                },
            }
        }
        // email_verified and the other addresses are judged against the address that was chosen.
        fields.sort_by_key(|(field, _)| *field != Field::Email);
        let identities = tree.node(&["identities".to_owned()]);
        let (identities, columns) = tree.rows(identities, &IDENTITY_MEMBERS.map(str::to_owned), false);
        tree.note_both_ways();
        tree.note_below(ROOT);
        tree.note_whole();
        Ok(Self {
            nodes: tree.nodes,
            slots: tree.slots,
            fields,
            user_metadata,
            app_metadata,
            gigya,
            facts,
            identities,
            identity: [0, 1, 2].map(|at| columns.get(at).copied().unwrap_or(0)),
            observed,
            rules: rules.iter().map(|rule| (rule.target.path(), rule.line)).collect(),
            identifiers: identifiers.to_vec(),
        })
    }

    /// Whether names of members on the top of `app_metadata` come from the account, so that they can be any.
    #[must_use]
    pub fn has_free_keys(&self) -> bool {
        let forbidden = |key: &String| {
            user::rules::FORBIDDEN_APP_METADATA_KEYS.iter().any(|forbidden| quoted(forbidden) == *key)
        };
        self.app_metadata.iter().any(|(key, member)| matches!(member, Member::Spread(_)) || forbidden(key))
    }

    /// What the connection takes.
    #[must_use]
    pub fn identifiers(&self) -> &[Identifier] {
        &self.identifiers
    }
}

/// Puts a member at `path`, making the objects above it.
fn insert(members: &mut Members, path: &[String], step: Step) {
    match path {
        [] => {}
        [last] if last == "*" => members.push((quoted(last), Member::Spread(step))),
        [last] => members.push((quoted(last), Member::Value(step))),
        [first, rest @ ..] => {
            let first = quoted(first);
            let place =
                members.iter().position(|(key, member)| *key == first && matches!(member, Member::Object(_)));
            let place = place.unwrap_or_else(|| {
                members.push((first, Member::Object(Vec::new())));
                members.len() - 1
            });
            if let Some((_, Member::Object(inner))) = members.get_mut(place) {
                insert(inner, rest, step);
            }
        }
    }
}

/// A member's name as it is written: `"name":`.
fn quoted(name: &str) -> String {
    let mut out = Vec::with_capacity(name.len() + 3);
    user::write_json_string(name, &mut out);
    out.push(b':');
    String::from_utf8_lossy(&out).into_owned()
}

struct Tree {
    nodes: Vec<Node>,
    slots: usize,
}

impl Tree {
    fn child(&mut self, parent: NodeId, name: &str) -> NodeId {
        if let Some((_, id)) = self.nodes[parent].children.iter().find(|(known, _)| known == name) {
            return *id;
        }
        let above = &self.nodes[parent].path;
        let path = if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") };
        self.nodes.push(Node { path, ..Node::default() });
        let id = self.nodes.len() - 1;
        self.nodes[parent].children.push((name.to_owned(), id));
        id
    }

    fn node(&mut self, path: &[String]) -> NodeId {
        path.iter().fold(ROOT, |node, name| self.child(node, name))
    }

    fn slot(&mut self, node: NodeId) -> Slot {
        let free = self.slots;
        let slot = *self.nodes[node].slot.get_or_insert(free);
        self.slots = self.slots.max(slot + 1);
        slot
    }

    /// Notes a member without moving it.
    fn observe(&mut self, path: &str) -> Slot {
        let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
        let node = self.node(&steps);
        self.slot(node)
    }

    fn source(&mut self, path: &Path) -> Source {
        let mut steps: Vec<String> = path.split('.').map(str::to_owned).collect();
        let element = steps.last().and_then(|last| last.parse().ok());
        if element.is_some() && steps.len() > 1 {
            steps.pop();
        }
        let node = self.node(&steps);
        self.nodes[node].moved = true;
        Source { slot: self.slot(node), element }
    }

    fn step(&mut self, number: usize, rule: &Rule) -> Step {
        if rule.transform == Transform::Password {
            // Its parts are noted one by one.
            return Step {
                rule: number,
                sources: Vec::new(),
                only_here: Vec::new(),
                transform: rule.transform,
                pick: None,
                prefer: None,
                constant: None,
            };
        }
        let sources: Vec<Source> = rule.from.iter().map(|path| self.source(path)).collect();
        if matches!(rule.transform, Transform::Raw | Transform::List) {
            for source in sources.iter().filter(|source| source.element.is_none()) {
                let node = self.nodes.iter_mut().find(|node| node.slot == Some(source.slot));
                node.into_iter().for_each(|node| node.whole = true);
            }
        }
        let pick = rule.from.first().filter(|_| rule.transform == Transform::Pick).map(|path| {
            let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
            let node = self.node(&steps);
            let (row, columns) = self.rows(node, &rule.pick, true);
            let quoted = rule.pick.iter().map(|name| quoted(name));
            (row, quoted.zip(columns).collect())
        });
        Step {
            rule: number,
            sources,
            only_here: Vec::new(),
            transform: rule.transform,
            pick,
            prefer: rule.prefer.as_ref().map(|path| self.source(path)),
            constant: rule.constant.clone(),
        }
    }

    /// Objects in `node` are taken apart: `members` of each are noted. Gives the node of a row and the columns.
    fn rows(&mut self, node: NodeId, members: &[String], moved: bool) -> (NodeId, Vec<Slot>) {
        let path = self.nodes[node].path.clone();
        let row = self.nodes[node].rows.unwrap_or_else(|| {
            self.nodes.push(Node { path, ..Node::default() });
            self.nodes.len() - 1
        });
        self.nodes[node].rows = Some(row);
        let columns = members.iter().map(|name| {
            let child = self.child(row, name);
            let free = self.nodes[row].children.len() - 1;
            self.nodes[child].moved |= moved;
            *self.nodes[child].column.get_or_insert(free)
        });
        (row, columns.collect())
    }

    /// An object can be taken apart and read by paths: what paths reach is moved, whether it is picked or not.
    fn note_both_ways(&mut self) {
        for node in 0..self.nodes.len() {
            let Some(row) = self.nodes[node].rows else { continue };
            for (name, id) in self.nodes[node].children.clone() {
                let moved = self.nodes[id].moved || !self.nodes[id].children.is_empty();
                let child = self.child(row, &name);
                self.nodes[child].moved |= moved;
            }
        }
    }

    fn note_below(&mut self, node: NodeId) -> Vec<NodeId> {
        let mut below = BTreeSet::from([node]);
        let children: Vec<NodeId> = self.nodes[node].children.iter().map(|(_, id)| *id).collect();
        for child in children {
            below.extend(self.note_below(child));
        }
        if let Some(row) = self.nodes[node].rows {
            self.note_below(row);
        }
        self.nodes[node].below = below.iter().copied().collect();
        self.nodes[node].below.clone()
    }

    /// What is part of a value that is moved as it stands is moved with it.
    fn note_whole(&mut self) {
        let whole: Vec<NodeId> = (0..self.nodes.len()).filter(|node| self.nodes[*node].whole).collect();
        for node in whole {
            for below in self.nodes[node].below.clone() {
                self.nodes[below].whole = true;
                if let Some(row) = self.nodes[below].rows {
                    for of_row in self.nodes[row].below.clone() {
                        self.nodes[of_row].whole = true;
                    }
                }
            }
        }
    }

    /// `passwords`: where password objects stand.
    fn facts(&mut self, passwords: &[Path]) -> Facts {
        Facts {
            uid: self.observe("UID"),
            is_registered: self.observe("isRegistered"),
            has_full_account: self.observe("hasFullAccount"),
            is_lite: self.observe("isLite"),
            login_provider: self.observe("loginProvider"),
            last_login: self.observe("lastLogin"),
            last_login_timestamp: self.observe("lastLoginTimestamp"),
            last_updated_timestamp: self.observe("lastUpdatedTimestamp"),
            password: passwords.iter().map(|path| self.password(path)).collect(),
        }
    }

    /// The parts of a password object are noted one by one, and only those that are used count as moved.
    fn password(&mut self, path: &Path) -> PasswordSlots {
        let mut part = |name: &str| {
            let path = format!("{path}.{name}");
            let slot = self.observe(&path);
            let steps: Vec<String> = path.split('.').map(str::to_owned).collect();
            let node = self.node(&steps);
            self.nodes[node].moved = true;
            slot
        };
        PasswordSlots {
            hash: [part("hash"), part("hashedPassword")],
            compound: [part("compoundHash"), part("compoundHashedPassword")],
            algorithm: part("hashSettings.algorithm"),
            salt: part("hashSettings.salt"),
            rounds: part("hashSettings.rounds"),
            format: part("hashSettings.format"),
            binary_format: part("hashSettings.binaryFormat"),
            url: [part("hashSettings.url"), part("hashSettings.URL")],
        }
    }
}

//! Which members of a document a row brings, and how they are copied out of its text.

use std::borrow::Cow;

use super::path::Path;
use super::raw::{BrokenDocument, Reader};

/// Values nested deeper than this are copied as they are.
const DEEPEST: usize = 128;

/// A tree of the members that are wanted.
#[derive(Debug, Clone, Default)]
pub struct Projection {
    root: Node,
    /// Everything, but for `without`.
    all: bool,
    without: Vec<&'static str>,
    /// Members without content are left out.
    prune: bool,
}

#[derive(Debug, Clone, Default)]
struct Node {
    /// The member is wanted under its own name, with all that is in it.
    whole: bool,
    /// And under these.
    aliases: Vec<Box<str>>,
    /// What is wanted of its members.
    inside: Vec<(Box<str>, Node)>,
}

impl Node {
    fn member(&self, name: &str) -> Option<&Self> {
        self.inside.iter().find(|(own, _)| **own == *name).map(|(_, node)| node)
    }

    /// No member of this object gets this name any more that is not its own.
    fn rename_nothing_to(&mut self, name: &str) {
        for (_, node) in &mut self.inside {
            node.aliases.retain(|alias| **alias != *name);
        }
    }

    /// Whether a member of this object gets this name, which is not its own.
    fn gives(&self, name: &str) -> bool {
        self.inside.iter().any(|(_, node)| node.aliases.iter().any(|alias| **alias == *name))
    }

    fn child(&mut self, name: &str) -> &mut Self {
        let index = self.inside.iter().position(|(own, _)| **own == *name).unwrap_or_else(|| {
            self.inside.push((name.into(), Self::default()));
            self.inside.len() - 1
        });
        &mut self.inside[index].1
    }

    fn at(&mut self, path: &Path) -> &mut Self {
        path.names().fold(self, |node, name| node.child(name))
    }
}

impl Projection {
    /// The fields at some paths, null and empty ones too.
    #[must_use]
    pub fn of_fields<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let mut projection = Self::default();
        for path in paths {
            projection.root.at(path).whole = true;
        }
        projection
    }

    /// Rows that leave out what is null or empty. Source: "A field that does not contain data will not appear in the
    /// response", accounts.search REST.
    pub(super) fn of_rows() -> Self {
        Self { prune: true, ..Self::default() }
    }

    /// Everything but some members of the top level.
    pub(super) fn add_all(&mut self, without: impl IntoIterator<Item = &'static str>) {
        self.all = true;
        self.without.extend(without);
    }

    /// A field; with an alias it keeps its place and changes its name.
    /// Of two that get the same name in the same object the last one counts, and a member that is there under that name
    /// gives way, too: an object of JSON has one value of each name.
    pub(super) fn add(&mut self, path: &Path, alias: Option<&str>) {
        let names: Vec<&str> = path.names().collect();
        let Some((name, above)) = names.split_last() else { return };
        let mut object = &mut self.root;
        for name in above {
            object.rename_nothing_to(name);
            object = object.child(name);
        }
        match alias.filter(|alias| alias != name) {
            Some(alias) => {
                object.rename_nothing_to(alias);
                if let Some((_, own)) = object.inside.iter_mut().find(|(own, _)| **own == *alias) {
                    own.whole = false;
                    own.inside.clear();
                }
                object.child(name).aliases.push(alias.into());
            }
            None => {
                object.rename_nothing_to(name);
                object.child(name).whole = true;
            }
        }
    }

    /// Copies what is wanted of a document to the end of `out`, as one JSON object.
    ///
    /// # Errors
    /// When the text is not JSON; `out` is then as it was before.
    pub fn copy(&self, document: &[u8], out: &mut Vec<u8>) -> Result<(), BrokenDocument> {
        let start = out.len();
        let copied = Copy { projection: self, out: &mut *out }
            .object(&mut Reader::new(document), Wanted { node: &self.root, whole: self.all, depth: 0 });
        if copied.is_err() {
            out.truncate(start);
        }
        copied
    }
}

/// What is wanted of a value.
#[derive(Clone, Copy)]
struct Wanted<'n> {
    /// Of its members.
    node: &'n Node,
    /// All of it.
    whole: bool,
    /// How many objects and arrays it lies in.
    depth: usize,
}

/// Nothing is wanted of the members one by one.
static LEAF: Node = Node { whole: false, aliases: Vec::new(), inside: Vec::new() };

/// One walk over a document.
struct Copy<'c> {
    projection: &'c Projection,
    out: &'c mut Vec<u8>,
}

impl Copy<'_> {
    fn object(&mut self, reader: &mut Reader<'_>, wanted: Wanted<'_>) -> Result<(), BrokenDocument> {
        reader.expect(b'{')?;
        self.out.push(b'{');
        let start = self.out.len();
        if !reader.take(b'}')? {
            loop {
                let key = reader.string()?;
                reader.expect(b':')?;
                self.member(reader, key, start, wanted)?;
                if !reader.take(b',')? {
                    break;
                }
            }
            reader.expect(b'}')?;
        }
        self.out.push(b'}');
        Ok(())
    }

    /// A member of the object whose members begin at `start` of what is written.
    fn member(
        &mut self,
        reader: &mut Reader<'_>,
        key: &[u8],
        start: usize,
        Wanted { node, whole, depth }: Wanted<'_>,
    ) -> Result<(), BrokenDocument> {
        let without = &self.projection.without;
        let whole = whole && !(depth == 0 && without.iter().any(|without| name_is(key, without)));
        let leaf = Wanted { node: &LEAF, whole: true, depth };
        let (mut whole, mut inside) = (whole, None);
        if !node.inside.is_empty() {
            let name = name(key)?;
            whole &= !node.gives(&name);
            inside = node.member(&name);
        }
        let Some(node) = inside else {
            return if whole { self.entry(key, start, reader, leaf) } else { reader.value().map(drop) };
        };
        let text = reader.value()?;
        let whole = whole || node.whole;
        if whole || !node.inside.is_empty() {
            self.entry(key, start, &mut Reader::new(text), Wanted { node, whole, depth })?;
        }
        for alias in &node.aliases {
            let key = serde_json::to_vec(alias).unwrap_or_default();
            self.entry(&key, start, &mut Reader::new(text), leaf)?;
        }
        Ok(())
    }

    /// Writes a member, and takes it back if it turns out to be empty.
    fn entry(
        &mut self,
        key: &[u8],
        start: usize,
        reader: &mut Reader<'_>,
        wanted: Wanted<'_>,
    ) -> Result<(), BrokenDocument> {
        let before = self.out.len();
        if before > start {
            self.out.push(b',');
        }
        self.out.extend_from_slice(key);
        self.out.push(b':');
        let at = self.out.len();
        self.value(reader, wanted)?;
        let written = self.out.get(at..).unwrap_or_default();
        let prune = self.projection.prune;
        if written.is_empty() || (prune && matches!(written, b"null" | b"\"\"" | b"{}" | b"[]")) {
            self.out.truncate(before);
        }
        Ok(())
    }

    fn value(&mut self, reader: &mut Reader<'_>, wanted: Wanted<'_>) -> Result<(), BrokenDocument> {
        let inner = Wanted { depth: wanted.depth + 1, ..wanted };
        match reader.peek()? {
            b'{' if wanted.depth < DEEPEST => self.object(reader, inner),
            b'[' if wanted.depth < DEEPEST => self.array(reader, inner),
            _ => {
                let text = reader.value()?;
                if wanted.whole {
                    self.out.extend_from_slice(text);
                }
                Ok(())
            }
        }
    }

    /// Elements keep their places when the array is wanted as a whole; else those that bring nothing are left out.
    fn array(&mut self, reader: &mut Reader<'_>, wanted: Wanted<'_>) -> Result<(), BrokenDocument> {
        reader.expect(b'[')?;
        self.out.push(b'[');
        let start = self.out.len();
        if !reader.take(b']')? {
            loop {
                let before = self.out.len();
                if before > start {
                    self.out.push(b',');
                }
                let at = self.out.len();
                self.value(reader, wanted)?;
                if !wanted.whole && matches!(self.out.get(at..), Some(b"" | b"{}" | b"[]")) {
                    self.out.truncate(before);
                }
                if !reader.take(b',')? {
                    break;
                }
            }
            reader.expect(b']')?;
        }
        self.out.push(b']');
        Ok(())
    }
}

fn name_is(key: &[u8], wanted: &str) -> bool {
    key.get(1..key.len() - 1) == Some(wanted.as_bytes())
}

/// The name in a key with its quotes.
fn name(key: &[u8]) -> Result<Cow<'_, str>, BrokenDocument> {
    let inner = key.get(1..key.len() - 1).ok_or(BrokenDocument)?;
    if inner.contains(&b'\\') {
        return serde_json::from_slice(key).map(Cow::Owned).map_err(|_| BrokenDocument);
    }
    std::str::from_utf8(inner).map(Cow::Borrowed).map_err(|_| BrokenDocument)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{ "UID": "a", "profile": {"firstName": "Ann", "zip": "", "age": null, "work": [{"a": 1, "b": {}}, 2]},
        "data": {}, "emails": {"verified": []}, "identities": [{"provider": "site"}, {"x": 1}, null], "a\u0062": 3 }"#;

    fn copy(projection: &Projection) -> String {
        let mut out = Vec::new();
        projection.copy(DOCUMENT.as_bytes(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn rows(paths: &[(&str, Option<&str>)]) -> String {
        let mut projection = Projection::of_rows();
        for (path, alias) in paths {
            projection.add(&Path::new(*path), *alias);
        }
        copy(&projection)
    }

    #[test]
    fn everything_without_what_is_empty() {
        let mut all = Projection::of_rows();
        all.add_all(["UID"]);
        assert_eq!(
            copy(&all),
            r#"{"profile":{"firstName":"Ann","work":[{"a":1},2]},"identities":[{"provider":"site"},{"x":1},null],"a\u0062":3}"#
        );
        all.add(&Path::new("UID"), None);
        all.add(&Path::new("profile.firstName"), Some("name"));
        assert!(copy(&all).starts_with(r#"{"UID":"a","profile":{"firstName":"Ann","name":"Ann","work""#));
    }

    #[test]
    fn paths_and_their_aliases() {
        assert_eq!(rows(&[("profile.firstName", Some("x"))]), r#"{"profile":{"x":"Ann"}}"#);
        assert_eq!(rows(&[("identities.provider", None)]), r#"{"identities":[{"provider":"site"}]}"#);
        assert_eq!(
            rows(&[("profile.work.a", None), ("ab", None)]),
            r#"{"profile":{"work":[{"a":1}]},"a\u0062":3}"#
        );
        assert_eq!(rows(&[("emails", None), ("UID", Some("id"))]), r#"{"id":"a"}"#);
        assert_eq!(rows(&[("UID.deeper", None), ("missing", None)]), "{}");
    }

    #[test]
    fn of_two_with_one_name_the_last_counts() {
        let first = ("profile.firstName", Some("x"));
        assert_eq!(
            rows(&[first, ("profile.work.a", None), ("profile.zip", Some("x"))]),
            r#"{"profile":{"work":[{"a":1}]}}"#
        );
        assert_eq!(rows(&[("UID", Some("id")), ("ab", Some("id"))]), r#"{"id":3}"#);
        assert_eq!(rows(&[("ab", Some("id")), ("UID", Some("id"))]), r#"{"id":"a"}"#);
        assert_eq!(rows(&[("UID", None), ("ab", Some("UID"))]), r#"{"UID":3}"#);
        assert_eq!(rows(&[("ab", Some("UID")), ("UID", None)]), r#"{"UID":"a"}"#);
        assert_eq!(
            rows(&[("UID", None), ("UID", Some("id")), ("UID", Some("id"))]),
            r#"{"UID":"a","id":"a"}"#
        );
        assert_eq!(rows(&[("UID", Some("UID"))]), r#"{"UID":"a"}"#);
        assert_eq!(
            rows(&[("profile", None), ("profile.firstName", Some("zip"))]),
            r#"{"profile":{"firstName":"Ann","zip":"Ann","work":[{"a":1},2]}}"#
        );
        assert_eq!(
            rows(&[("UID", Some("profile")), ("profile.firstName", None)]),
            r#"{"profile":{"firstName":"Ann"}}"#
        );
        let mut all = Projection::of_rows();
        all.add_all(["profile", "data", "identities", "emails"]);
        all.add(&Path::new("ab"), Some("UID"));
        assert_eq!(copy(&all), r#"{"a\u0062":3,"UID":3}"#);
    }

    #[test]
    fn fields_for_conditions_keep_what_is_empty() {
        let paths = [Path::new("profile.age"), Path::new("profile.zip"), Path::new("emails")];
        assert_eq!(
            copy(&Projection::of_fields(&paths)),
            r#"{"profile":{"zip":"","age":null},"emails":{"verified":[]}}"#
        );
    }

    #[test]
    fn broken_documents_leave_nothing_behind() {
        let mut all = Projection::of_rows();
        all.add_all([]);
        let mut out = b"x".to_vec();
        for text in ["", "[]", "{", r#"{"a"}"#, r#"{"a":1"#, r#"{"a":[1}"#, r#"{"a":{"b":1}"#, r#"{,}"#] {
            assert_eq!(all.copy(text.as_bytes(), &mut out), Err(BrokenDocument), "{text}");
            assert_eq!(out, b"x");
        }
    }

    #[test]
    fn depth_does_not_matter() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        let mut all = Projection::of_rows();
        all.add_all([]);
        let mut out = Vec::new();
        all.copy(deep.as_bytes(), &mut out).unwrap();
        assert_eq!(out.len(), deep.len());
    }
}

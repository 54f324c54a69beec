//! A schema document, compiled.

use super::format::Format;
use super::pattern::Pattern;
use serde_json::Value;
use std::collections::HashMap;

/// A compiled document: its schemas in one table, which point to each other by number.
#[derive(Debug)]
pub struct Schema {
    pub(super) nodes: Vec<Node>,
    pub(super) root: usize,
}

/// One schema of the document.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// An empty schema lets everything pass before anything else is looked at.
    pub(super) empty: bool,
    /// `$ref`: everything else of this schema is ignored.
    pub(super) reference: Option<usize>,
    /// `type`, judged before the other keywords.
    pub(super) types: Option<Types>,
    /// The other keywords, in the order of the document, in which they are judged.
    pub(super) keywords: Vec<Keyword>,
    /// What judges the members of an object, and the items of an array.
    pub(super) members: Members,
    /// `items`
    pub(super) items: Option<usize>,
    /// `description`
    pub(super) description: Option<String>,
}

/// `type`: one name or several.
#[derive(Debug)]
pub(super) struct Types {
    pub(super) names: Vec<String>,
}

/// `properties`, `patternProperties` and `additionalProperties`.
#[derive(Debug, Default)]
pub(super) struct Members {
    pub(super) named: HashMap<String, usize>,
    pub(super) patterns: Vec<(Pattern, usize)>,
    pub(super) additional: Additional,
}

impl Members {
    /// Whether any member of an object is judged at all.
    pub(super) fn any(&self) -> bool {
        !self.named.is_empty()
            || !self.patterns.is_empty()
            || matches!(self.additional, Additional::Schema(_))
    }
}

/// `additionalProperties`
#[derive(Debug, Default)]
pub(super) enum Additional {
    /// Absent or true.
    #[default]
    Any,
    /// False.
    None,
    /// They are judged by this schema.
    Schema(usize),
}

/// A keyword that judges a value by itself, before its members are looked at.
#[derive(Debug)]
pub(super) enum Keyword {
    Enum(Vec<Value>),
    Minimum(f64, Value),
    Maximum(f64, Value),
    MinLength(u64),
    MaxLength(u64),
    Pattern(Pattern),
    Format(Format),
    MinItems(u64),
    MaxItems(u64),
    MinProperties(u64),
    MaxProperties(u64),
    Required(Vec<String>),
    /// `additionalProperties: false`, judged where z-schema does: at `properties`, else at `patternProperties`.
    NoOthers,
    AllOf(Vec<usize>),
    AnyOf(Vec<usize>),
    Not(usize),
    /// One of the names must be there: `anyOf` of nothing but `required` with one name each, which is looked up instead
    /// of run. Only under `not`, where no message tells the two apart.
    AnyRequired(Vec<String>),
}

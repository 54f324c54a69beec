//! A query made ready to run on the documents of a table.

use serde_json::Value;

use super::ast::{Query, Selected};
use super::error::QueryError;
use super::matcher::{self, Matcher};
use super::path::Path;
use super::projection::Projection;
use super::raw::BrokenDocument;
use super::seek::Seek;
use super::sort::Key;
use super::table::Table;

/// A query made ready: patterns compiled, constants read, members to look for put into trees.
#[derive(Debug)]
pub struct Plan {
    query: Query,
    matcher: Option<Matcher>,
    shape: Shape,
    rows: Projection,
    condition_fields: Projection,
    other_fields: Projection,
    function_field: Option<Path>,
}

/// What rows a query has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One for each document that fits.
    Documents,
    /// One for each group, with its counts and functions.
    Groups,
    /// One for everything that fits, with its counts and functions.
    Totals,
}

impl Plan {
    /// Makes a query ready for a table.
    ///
    /// # Errors
    /// [`QueryError`] when the parts of the query do not go together, or not with the table.
    pub fn new(query: Query, table: &Table) -> Result<Self, QueryError> {
        let shape = shape(&query)?;
        let matcher = query.condition.as_ref().map(|part| Matcher::new(part, table)).transpose()?;
        if let Some(order) = query.order_by.iter().find(|order| table.is_encrypted(order.path.as_str())) {
            let reason = format!("{} is encrypted, ORDER BY cannot be used on it", order.path);
            return Err(QueryError::whole(reason));
        }
        let function_field = function_field(&query.select)?;
        let mut condition_fields = Vec::new();
        if let Some(condition) = &query.condition {
            matcher::paths(condition, &mut condition_fields);
        }
        let ordered = query.order_by.iter().map(|order| &order.path);
        let other_fields =
            Projection::of_fields(ordered.chain(&query.group_by).chain(function_field.as_ref()));
        Ok(Self {
            matcher,
            shape,
            rows: rows(&query, table),
            condition_fields: Projection::of_fields(&condition_fields),
            other_fields,
            function_field,
            query,
        })
    }

    /// The query.
    #[must_use]
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// What rows it has.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Whether it asks for `count(*)` of everything and for nothing else.
    #[must_use]
    pub fn only_counts(&self) -> bool {
        self.shape == Shape::Totals && self.function_field.is_none()
    }

    /// What an index can do for it. The members `UID`, `lastUpdatedTimestamp` and `createdTimestamp` have to be what the
    /// index holds.
    #[must_use]
    pub fn seek(&self) -> Seek {
        Seek::new(self.query.condition.as_ref())
    }

    /// Whether a document fits the condition.
    ///
    /// # Errors
    /// When its text is not JSON.
    pub fn fits(&self, document: &[u8]) -> Result<bool, BrokenDocument> {
        match &self.matcher {
            None => Ok(true),
            Some(matcher) => Ok(matcher.fits(&cut(&self.condition_fields, document)?)),
        }
    }

    /// Writes the row of a document that fits to the end of `out`.
    ///
    /// # Errors
    /// When its text is not JSON.
    pub fn row(&self, document: &[u8], out: &mut Vec<u8>) -> Result<(), BrokenDocument> {
        self.rows.copy(document, out)
    }

    /// What the document is put in its place by, one for each field of `ORDER BY`.
    ///
    /// # Errors
    /// When its text is not JSON.
    pub fn keys(&self, document: &[u8]) -> Result<Vec<Key>, BrokenDocument> {
        if self.query.order_by.is_empty() {
            return Ok(Vec::new());
        }
        let fields = self.fields(document)?;
        let orders = self.query.order_by.iter();
        Ok(orders.map(|order| Key::of(&fields, &order.path, order.descending)).collect())
    }

    /// The order of two documents by their keys.
    #[must_use]
    pub fn compare(&self, one: &[Key], other: &[Key]) -> std::cmp::Ordering {
        super::sort::compare(&self.query.order_by, one, other)
    }

    /// The fields that orders, groups and functions need.
    pub(super) fn fields(&self, document: &[u8]) -> Result<Value, BrokenDocument> {
        cut(&self.other_fields, document)
    }

    /// The field that the functions go over.
    pub(super) fn function_field(&self) -> Option<&Path> {
        self.function_field.as_ref()
    }
}

fn cut(fields: &Projection, document: &[u8]) -> Result<Value, BrokenDocument> {
    let mut text = Vec::new();
    fields.copy(document, &mut text)?;
    serde_json::from_slice(&text).map_err(|_| BrokenDocument)
}

fn shape(query: &Query) -> Result<Shape, QueryError> {
    if !query.group_by.is_empty() {
        return Ok(Shape::Groups);
    }
    let totals = |selected: &Selected| matches!(selected, Selected::Count { .. } | Selected::Function { .. });
    let count = query.select.iter().filter(|selected| totals(selected)).count();
    if count == 0 {
        Ok(Shape::Documents)
    } else if count == query.select.len() {
        Ok(Shape::Totals)
    } else {
        Err(QueryError::whole("count(*) and functions stand beside fields only with GROUP BY"))
    }
}

/// Functions "must all be performed on the same numeric field". Source: "accounts.search REST".
fn function_field(select: &[Selected]) -> Result<Option<Path>, QueryError> {
    let mut fields = select.iter().filter_map(|selected| match selected {
        Selected::Function { path, .. } => Some(path),
        _ => None,
    });
    let Some(first) = fields.next() else { return Ok(None) };
    match fields.find(|other| *other != first) {
        None => Ok(Some(first.clone())),
        Some(other) => {
            let reason = format!("functions are performed on one field, and these on {first} and {other}");
            Err(QueryError::whole(reason))
        }
    }
}

fn rows(query: &Query, table: &Table) -> Projection {
    let mut rows = Projection::of_rows();
    for selected in &query.select {
        match selected {
            Selected::All => {
                let named = |member: &&&str| !(query.counters && **member == "counters");
                let on_demand = table.on_demand.iter().filter(named);
                rows.add_all(table.withheld.iter().chain(on_demand).copied());
            }
            Selected::Field { path, .. }
                if path.names().next().is_some_and(|root| table.withheld.contains(&root)) => {}
            Selected::Field { path, alias } => rows.add(path, alias.as_deref()),
            Selected::Count { .. } | Selected::Function { .. } => {}
        }
    }
    rows
}

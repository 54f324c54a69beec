//! Documents put in one by one, the answer taken out at the end.

use std::collections::HashMap;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::aggregate::Aggregate;
use super::path::Path;
use super::plan::{Plan, Shape};
use super::raw::BrokenDocument;
use super::sort::Key;

/// The rows of an answer, as the text of a JSON array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    text: Vec<u8>,
    count: usize,
}

impl Default for Rows {
    fn default() -> Self {
        Self { text: vec![b'['], count: 0 }
    }
}

impl Rows {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The row of one more document.
    ///
    /// # Errors
    /// When its text is not JSON; the rows are as they were before.
    pub fn push(&mut self, plan: &Plan, document: &[u8]) -> Result<(), BrokenDocument> {
        let before = self.text.len();
        if self.count > 0 {
            self.text.push(b',');
        }
        if let Err(broken) = plan.row(document, &mut self.text) {
            self.text.truncate(before);
            return Err(broken);
        }
        self.count += 1;
        Ok(())
    }

    fn push_value(&mut self, row: &Value) {
        if self.count > 0 {
            self.text.push(b',');
        }
        self.text.extend_from_slice(row.to_string().as_bytes());
        self.count += 1;
    }

    /// The text of the array.
    #[must_use]
    pub fn into_text(mut self) -> Vec<u8> {
        self.text.push(b']');
        self.text
    }

    /// The array for an answer that serde writes.
    ///
    /// # Errors
    /// When a document was not JSON inside.
    pub fn into_raw(self) -> Result<Box<RawValue>, BrokenDocument> {
        let text = String::from_utf8(self.into_text()).map_err(|_| BrokenDocument)?;
        RawValue::from_string(text).map_err(|_| BrokenDocument)
    }
}

/// What a query found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The rows of the page.
    pub rows: Rows,
    /// How many documents fit.
    pub total: u64,
}

/// Runs a query on documents in the order in which it is given them.
#[derive(Debug)]
pub struct Collector<'p> {
    plan: &'p Plan,
    total: u64,
    rows: Rows,
    /// With `ORDER BY`: keys, place and text of those that may be on the page.
    candidates: Vec<(Vec<Key>, u64, Vec<u8>)>,
    /// With counts and functions: by what the group is known, its counts, its first document.
    groups: Vec<(Aggregate, Vec<u8>)>,
    places: HashMap<String, usize>,
}

/// So many candidates beyond those of the page are kept before the last are dropped.
const SLACK: usize = 4_096;

impl<'p> Collector<'p> {
    /// A collector that has seen nothing.
    #[must_use]
    pub fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            total: 0,
            rows: Rows::default(),
            candidates: Vec::new(),
            groups: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// Takes one document; one that does not fit leaves no trace.
    ///
    /// # Errors
    /// When its text is not JSON.
    pub fn push(&mut self, document: &[u8]) -> Result<(), BrokenDocument> {
        if !self.plan.fits(document)? {
            return Ok(());
        }
        let place = self.total;
        self.total += 1;
        match self.plan.shape() {
            Shape::Documents if self.plan.query().order_by.is_empty() => {
                let (start, end) = self.page();
                if place >= start && place < end {
                    self.rows.push(self.plan, document)?;
                }
            }
            Shape::Documents => {
                self.candidates.push((self.plan.keys(document)?, place, document.to_vec()));
                let wanted = usize::try_from(self.page().1).unwrap_or(usize::MAX);
                if self.candidates.len() >= wanted.saturating_mul(2).saturating_add(SLACK) {
                    self.sort();
                    self.candidates.truncate(wanted);
                }
            }
            Shape::Groups | Shape::Totals => self.count(document)?,
        }
        Ok(())
    }

    /// Counts documents that fit without having seen them; for a plan that only counts ([`Plan::only_counts`]).
    pub fn count_unseen(&mut self, count: u64) {
        self.total += count;
        if self.groups.is_empty() {
            self.groups.push((Aggregate::new(), Vec::new()));
        }
        if let Some((aggregate, _)) = self.groups.first_mut() {
            aggregate.count(count);
        }
    }

    /// The places of the page: from, up to.
    fn page(&self) -> (u64, u64) {
        let query = self.plan.query();
        let start = query.start.unwrap_or(0) as u64;
        (start, start + query.limit() as u64)
    }

    fn sort(&mut self) {
        let plan = self.plan;
        self.candidates.sort_unstable_by(|(one, first, _), (other, second, _)| {
            plan.compare(one, other).then(first.cmp(second))
        });
    }

    fn count(&mut self, document: &[u8]) -> Result<(), BrokenDocument> {
        let fields = self.plan.fields(document)?;
        let group = group(&self.plan.query().group_by, &fields);
        let place = *self.places.entry(group).or_insert(self.groups.len());
        if place == self.groups.len() {
            self.groups.push((Aggregate::new(), document.to_vec()));
        }
        if let Some((aggregate, _)) = self.groups.get_mut(place) {
            aggregate.add(&fields, self.plan.function_field());
        }
        Ok(())
    }

    /// The answer.
    ///
    /// # Errors
    /// When the text of a document is not JSON.
    pub fn finish(mut self) -> Result<Found, BrokenDocument> {
        let (start, end) = self.page();
        let page = |count: usize| {
            let end = usize::try_from(end).unwrap_or(usize::MAX).min(count);
            usize::try_from(start).unwrap_or(usize::MAX).min(end)..end
        };
        let select = &self.plan.query().select;
        match self.plan.shape() {
            Shape::Documents => {
                self.sort();
                for (_, _, document) in self.candidates.get(page(self.candidates.len())).unwrap_or_default() {
                    self.rows.push(self.plan, document)?;
                }
            }
            Shape::Groups => {
                let groups = ordered(self.plan, &self.groups)?;
                for (aggregate, document) in groups.get(page(groups.len())).unwrap_or_default() {
                    let mut text = Vec::new();
                    self.plan.row(document, &mut text)?;
                    let mut row: Map<String, Value> =
                        serde_json::from_slice(&text).map_err(|_| BrokenDocument)?;
                    aggregate.write(select, &mut row);
                    self.rows.push_value(&Value::Object(row));
                }
            }
            Shape::Totals => {
                let nothing = Aggregate::new();
                let mut row = Map::new();
                self.groups.first().map_or(&nothing, |(aggregate, _)| aggregate).write(select, &mut row);
                self.rows.push_value(&Value::Object(row));
            }
        }
        Ok(Found { rows: self.rows, total: self.total })
    }
}

/// The groups in the order of the query, else in that of their first documents.
fn ordered<'g>(
    plan: &Plan,
    groups: &'g [(Aggregate, Vec<u8>)],
) -> Result<Vec<&'g (Aggregate, Vec<u8>)>, BrokenDocument> {
    let keyed = groups.iter().map(|group| {
        let mut keys = plan.keys(&group.1)?;
        let mut counts = Map::new();
        group.0.write(&plan.query().select, &mut counts);
        let counts = Value::Object(counts);
        for (key, order) in keys.iter_mut().zip(&plan.query().order_by) {
            // What a count or a function is called is a name of the group, not of its documents.
            if counts.get(order.path.as_str()).is_some() {
                *key = Key::of(&counts, &order.path, order.descending);
            }
        }
        Ok((keys, group))
    });
    let mut groups = keyed.collect::<Result<Vec<_>, BrokenDocument>>()?;
    groups.sort_by(|(one, _), (other, _)| plan.compare(one, other));
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

/// By what a group is known: the values of its fields.
fn group(fields: &[Path], document: &Value) -> String {
    let mut values = Vec::new();
    for field in fields {
        let mut found = Vec::new();
        field.any(document, &mut |value| {
            found.push(value.clone());
            false
        });
        values.push(Value::Array(found));
    }
    Value::Array(values).to_string()
}

/// Runs a query on documents that are at hand.
///
/// # Errors
/// When the text of one is not JSON.
pub fn run<D: AsRef<[u8]>>(
    plan: &Plan,
    documents: impl IntoIterator<Item = D>,
) -> Result<Found, BrokenDocument> {
    let mut collector = Collector::new(plan);
    for document in documents {
        collector.push(document.as_ref())?;
    }
    collector.finish()
}

#[cfg(test)]
mod tests;

//! Lists in pages: by number with totals, or from a checkpoint.

use serde_json::{Map, Value, json};

use crate::error::ApiError;
use crate::query::Query;

/// Which page of a list the client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// Counted from 0.
    pub(crate) number: usize,
    /// Entries on a page.
    pub(crate) size: usize,
    /// Whether the client wants an object with totals instead of an array.
    pub(crate) totals: bool,
    /// Whether the client pages by checkpoint: then `number` is the offset and the answer an object with `next`.
    pub(crate) checkpoint: bool,
}

impl Page {
    /// Reads `page`, `per_page`, `include_totals`, `from` and `take`. `take` alone asks for a checkpoint; with
    /// `include_totals` beside it, as new SDKs send it, totals are given as well.
    ///
    /// # Errors
    /// 400 when one of them is out of its bounds.
    pub(crate) fn of(query: &Query, default_size: usize) -> Result<Self, ApiError> {
        let totals = query.flag("include_totals")?.unwrap_or(false);
        if let Some(size) = query.number("take", 1, 100)? {
            let number = query.get("from").map_or(Some(0), |from| from.parse().ok());
            let number = number.ok_or_else(|| {
                ApiError::invalid_query("Query validation error: 'Invalid checkpoint' on property from")
            })?;
            return Ok(Self { number, size, totals, checkpoint: true });
        }
        Ok(Self {
            number: query.number("page", 0, usize::MAX / 200)?.unwrap_or(0),
            size: query.number("per_page", 0, 100)?.unwrap_or(default_size),
            totals,
            checkpoint: false,
        })
    }

    /// Index of the first entry of the page.
    pub(crate) fn start(&self) -> usize {
        if self.checkpoint { self.number } else { self.number.saturating_mul(self.size) }
    }

    /// Cuts the page out of a whole list and wraps it as the client asked.
    pub(crate) fn cut(&self, name: &str, all: Vec<Value>) -> Value {
        let total = all.len();
        let entries: Vec<Value> = all.into_iter().skip(self.start()).take(self.size).collect();
        self.wrap(name, entries, total)
    }

    /// Wraps the entries of the page.
    pub(crate) fn wrap(&self, name: &str, entries: Vec<Value>, total: usize) -> Value {
        if !self.totals && !self.checkpoint {
            return Value::Array(entries);
        }
        let end = self.start() + entries.len();
        let mut object = Map::new();
        if self.totals {
            object.insert("total".into(), json!(total));
            object.insert("start".into(), json!(self.start()));
            object.insert("limit".into(), json!(self.size));
        }
        object.insert(name.into(), Value::Array(entries));
        if self.checkpoint && end < total {
            object.insert("next".into(), Value::String(end.to_string()));
        }
        Value::Object(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Value> {
        (0..5).map(|number| json!(number)).collect()
    }

    #[test]
    fn a_page_without_totals_is_a_bare_array() {
        let page = Page { number: 1, size: 2, totals: false, checkpoint: false };
        assert_eq!(page.cut("clients", entries()), json!([2, 3]));
    }

    #[test]
    fn totals_count_the_whole_list() {
        let page = Page { number: 2, size: 2, totals: true, checkpoint: false };
        assert_eq!(
            page.cut("clients", entries()),
            json!({"total": 5, "start": 4, "limit": 2, "clients": [4]})
        );
    }

    #[test]
    fn checkpoints_lead_through_the_list_and_end() {
        let mut page = Page { number: 0, size: 2, totals: false, checkpoint: true };
        let mut seen = Vec::new();
        loop {
            let answer = page.cut("clients", entries());
            seen.extend(answer["clients"].as_array().unwrap().clone());
            let Some(next) = answer.get("next") else { break };
            page.number = next.as_str().unwrap().parse().unwrap();
        }
        assert_eq!(seen, entries());
    }
}

//! The query language of `accounts.search`, `audit.search` and `idx.search`: parsed, printed, and run on JSON documents.
//! Pure: no store, no clock, no network.
//!
//! ```text
//! text ──parse──▶ Query ──Plan::new──▶ Plan ──▶ Collector::push(document) … ──finish──▶ Found
//!                   │                    └─▶ Seek: what an index can do before any document is looked at
//!                   └─▶ Display: the same query again
//! ```
//!
//! A document is the text of one JSON object. It is never built as a tree: the members that a condition needs are cut out
//! of the text, and the members that are selected are copied from it ([`Projection`]).
//!
//! Source: "accounts.search REST" and "Query Syntax Specification" of SAP Customer Data Cloud.

mod aggregate;
mod ast;
mod collect;
mod error;
mod matcher;
mod parse;
mod path;
mod plan;
mod print;
mod projection;
mod raw;
mod seek;
mod sort;
mod table;
mod value;
mod words;

pub use ast::{Comparison, Condition, Function, Literal, Order, Query, Selected};
pub use collect::{Collector, Found, Rows, run};
pub use error::QueryError;
pub use path::Path;
pub use plan::{Plan, Shape};
pub use projection::Projection;
pub use raw::BrokenDocument;
pub use seek::{Bounds, Seek};
pub use sort::Key;
pub use table::Table;

/// Rows of a page when `LIMIT` does not say. Source: "accounts.search REST".
pub const DEFAULT_LIMIT: usize = 300;

/// Rows of a page at most; a larger `LIMIT` is lowered without a word. Source: "accounts.search REST".
pub const MAX_LIMIT: usize = 10_000;

/// The largest `START` that is accepted. Source: "accounts.search REST".
pub const MAX_START: usize = 5_000;
